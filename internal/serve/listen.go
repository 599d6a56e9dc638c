package serve

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// ErrTaken reports that another program is using the port.
var ErrTaken = errors.New("the port is taken")

// Listen listens on a port of a host; port 0 picks a free one.
func Listen(host string, port int) (net.Listener, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, ErrTaken
	}
	return listener, err
}

// Serve answers requests until the context is cancelled. It then closes all open connections.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	err := server.Serve(listener)
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Local reports whether a host, as in a Host header, is "localhost" or a loopback IP address. No
// other website can have such a name.
func Local(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Address reports whether a host is an IP address rather than a name.
func Address(host string) bool { return net.ParseIP(host) != nil }
