// The program k3s of the tests' image: it takes K3s's arguments, starts seatrial's engine as the control plane and containerd for
// images, writes K3s's kubeconfig and log lines, and serves the API on K3s's port.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

const (
	apiAddress = ":6443"
	kubeconfig = "/etc/rancher/k3s/k3s.yaml"
	// K3s writes it when its node has been seen.
	booted = "Node controller sync successful"
)

var known = regexp.MustCompile(`^--(disable|tls-san|kubelet-arg)=.+$`)

type message struct {
	Type, Server, Kubeconfig string
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "level=fatal msg=%q\n", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) == 0 || arguments[0] != "server" {
		return fmt.Errorf("usage: k3s server [OPTIONS], got %q", arguments)
	}
	for _, argument := range arguments[1:] {
		if !known.MatchString(argument) {
			return fmt.Errorf("flag provided but not defined: %s", argument)
		}
		fmt.Printf("level=info msg=%q\n", "argument "+argument)
	}
	containerd := exec.Command("/bin/containerd", "--log-level=warn")
	containerd.Stdout, containerd.Stderr = os.Stdout, os.Stderr
	if err := containerd.Start(); err != nil {
		return err
	}
	engine, ready, err := startEngine()
	if err != nil {
		return err
	}
	if err := serve(ready.Server); err != nil {
		return err
	}
	if err := writeKubeconfig(ready); err != nil {
		return err
	}
	fmt.Printf("level=info msg=%q\n", booted)

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	ended := make(chan error, 1)
	go func() { ended <- engine.Wait() }()
	select {
	case <-signals:
		return nil
	case err := <-ended:
		return fmt.Errorf("the engine has ended: %w", err)
	}
}

// startEngine resolves when the control plane is ready. The engine ends with this process, whose end of a pipe is its standard input.
func startEngine() (*exec.Cmd, message, error) {
	dir, err := os.MkdirTemp("", "engine-")
	if err != nil {
		return nil, message{}, err
	}
	channel, theirs, err := os.Pipe()
	if err != nil {
		return nil, message{}, err
	}
	engine := exec.Command("/bin/seatrial-engine", "serve", "--data-dir", dir, "--lifeline=stdin")
	engine.Stdout, engine.Stderr, engine.ExtraFiles = os.Stdout, os.Stderr, []*os.File{theirs}
	if _, err := engine.StdinPipe(); err != nil {
		return nil, message{}, err
	}
	if err := engine.Start(); err != nil {
		return nil, message{}, err
	}
	theirs.Close()
	lines := bufio.NewScanner(channel)
	for lines.Scan() {
		var each message
		if err := json.Unmarshal(lines.Bytes(), &each); err != nil {
			return nil, each, err
		}
		if each.Type == "ready" {
			go func() { _, _ = io.Copy(io.Discard, channel) }()
			return engine, each, nil
		}
	}
	return nil, message{}, fmt.Errorf("the engine has ended before it was ready: %w", engine.Wait())
}

func serve(server string) error {
	target, err := url.Parse(server)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", apiAddress)
	if err != nil {
		return err
	}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go forward(client, target.Host)
		}
	}()
	return nil
}

func forward(client net.Conn, address string) {
	defer client.Close()
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer server.Close()
	done := make(chan struct{}, 2)
	pipe := func(to, from net.Conn) {
		_, _ = io.Copy(to, from)
		done <- struct{}{}
	}
	go pipe(client, server)
	go pipe(server, client)
	<-done
}

func writeKubeconfig(ready message) error {
	text, err := os.ReadFile(ready.Kubeconfig)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(kubeconfig), 0o755); err != nil {
		return err
	}
	// The engine's certificate does not name the address by which the container is reached.
	server := "https://127.0.0.1" + apiAddress + "\n    tls-server-name: localhost"
	changed := strings.ReplaceAll(string(text), ready.Server, server)
	return os.WriteFile(kubeconfig, []byte(changed), 0o600)
}
