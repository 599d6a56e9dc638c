package serve

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// ErrTaken reports that another program is using the port.
var ErrTaken = errors.New("the port is taken")

// Listen listens on a port of a host, which is "localhost" or an IP address; port 0 picks a free
// one.
func Listen(host string, port int) (net.Listener, error) {
	if host == "localhost" {
		host = "127.0.0.1"
	}
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

// URL returns the URL under which a browser on this machine reaches a listening host.
func URL(host, port string) string {
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port) + "/"
}

// OpenBrowser opens url in the default browser and does not wait for it.
func OpenBrowser(ctx context.Context, url string) error {
	opener := []string{"xdg-open", url}
	switch runtime.GOOS {
	case "darwin":
		opener = []string{"open", url}
	case "windows":
		opener = []string{"rundll32", "url.dll,FileProtocolHandler", url}
	}
	command := exec.CommandContext(context.WithoutCancel(ctx), opener[0], opener[1:]...)
	if err := command.Start(); err != nil {
		return err
	}
	go command.Wait()
	return nil
}
