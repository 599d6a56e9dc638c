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

// ErrTaken means that another program listens at the port.
var ErrTaken = errors.New("the port is taken")

// Listen takes a port of an address; port 0 takes one that is free.
func Listen(host string, port int) (net.Listener, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, ErrTaken
	}
	return listener, err
}

// Serve answers requests until the context ends, and then ends those that are still open.
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

// Local reports whether a host, as a Host header names it, is this machine by its very name, so that no other site can have a
// name that leads here.
func Local(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Address reports whether a host is an address rather than a name.
func Address(host string) bool { return net.ParseIP(host) != nil }
