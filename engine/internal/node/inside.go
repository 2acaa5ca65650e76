//go:build linux

package node

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// Paths inside. /var/lib is the directory lib of the node's directory, /run is empty at first.
	insideLib        = "/var/lib"
	containerdSocket = "/run/containerd/containerd.sock"
	// proxyAddress is where containerd finds the machine's network.
	proxyAddress = "127.0.0.1:3128"

	containerdTimeout  = 30 * time.Second
	containerdInterval = 10 * time.Millisecond
	tailLines          = 10
)

// Inside is the first process in the node's namespaces. It prepares mounts and network, starts the programs,
// writes the line "started" and returns when one of the programs has ended.
func Inside(directory string) int {
	if err := inside(directory); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func inside(directory string) error {
	config, err := readConfig(directory)
	if err != nil {
		return err
	}
	// They may be in a directory that is hidden below.
	archives, err := openArchives(config.Images)
	if err != nil {
		return err
	}
	executable, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		return err
	}
	if err := mountAll(directory); err != nil {
		return err
	}
	if err := setUpNetwork(config); err != nil {
		return err
	}
	if err := serveTunnels(config); err != nil {
		return err
	}
	running := map[int]string{}
	proxy := []string{"HTTP_PROXY=http://" + proxyAddress, "HTTPS_PROXY=http://" + proxyAddress}
	if err := start(config.Containerd, running, proxy...); err != nil {
		return err
	}
	if err := waitForContainerd(); err != nil {
		return errors.Join(err, errors.New(tailOf(config.Containerd.Name)))
	}
	for _, program := range config.Programs {
		if err := start(program, running); err != nil {
			return err
		}
	}
	if err := importPauseImage(config, executable); err != nil {
		return err
	}
	for _, archive := range archives {
		if err := importArchive(config.Ctr, archive.Name(), archive); err != nil {
			return err
		}
		_ = archive.Close()
	}
	fmt.Println("started")
	return reap(running)
}

// start starts a program, whose output goes to a file.
func start(program Program, running map[int]string, environment ...string) error {
	log, err := os.OpenFile(logOf(program.Name), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	command := exec.Command(program.Arguments[0], program.Arguments[1:]...)
	command.Stdout, command.Stderr = log, log
	command.Env = append(os.Environ(), environment...)
	if err := command.Start(); err != nil {
		return fmt.Errorf("unable to start %s: %w", program.Name, err)
	}
	running[command.Process.Pid] = program.Name
	return nil
}

func waitForContainerd() error {
	for deadline := time.Now().Add(containerdTimeout); ; time.Sleep(containerdInterval) {
		connection, err := net.Dial("unix", containerdSocket)
		if err == nil {
			return connection.Close()
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("containerd does not listen after %s: %w", containerdTimeout, err)
		}
	}
}

// reap waits for processes whose parents have ended, until one of the programs ends.
func reap(running map[int]string) error {
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, 0, nil)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return err
		}
		name := running[pid]
		if name == "" {
			continue
		}
		how := fmt.Sprintf("exit code %d", status.ExitStatus())
		if status.Signaled() {
			how = "signal " + unix.SignalName(status.Signal())
		}
		return fmt.Errorf("%s has ended: %s\n%s", name, how, tailOf(name))
	}
}

func logOf(name string) string { return filepath.Join("/var/log", name+".log") }

func tailOf(name string) string {
	content, err := os.ReadFile(logOf(name))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}
