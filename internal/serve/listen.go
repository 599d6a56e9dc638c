package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"settler.io/crier/internal/diag"
)

// Listen listens on a port of a host, which is "localhost" or an IP address; port 0 picks a free
// one.
func Listen(host string, port int) (net.Listener, error) {
	switch {
	case port < 0 || port > 65535:
		return nil, diag.Usage(fmt.Errorf("--port %d is not a port", port), "ports are 1 to 65535; 0 picks a free one")
	case host != "localhost" && !Address(host):
		return nil, diag.Usage(fmt.Errorf("--host %q is not an IP address", host),
			"write localhost, or an IP address of this machine, such as 192.168.1.20; with 0.0.0.0 everyone in the network can see drafts")
	}
	ip := host
	if host == "localhost" {
		ip = "127.0.0.1"
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(ip, strconv.Itoa(port)))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, diag.Hinted(fmt.Errorf("port %d is taken by another program, perhaps another crier serve", port),
			"choose another with --port, or a free one with --port 0")
	case err != nil:
		return nil, diag.Hinted(fmt.Errorf("cannot listen at %s: %w", net.JoinHostPort(host, strconv.Itoa(port)), err),
			"choose another --port or --host")
	}
	return listener, nil
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
