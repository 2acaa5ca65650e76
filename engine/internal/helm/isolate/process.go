package isolate

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"seatrial/engine/internal/directories"
)

// startTimeout is for loading the program on a busy machine.
const startTimeout = 30 * time.Second

// process is one child. It handles one request at a time.
type process struct {
	command  *exec.Cmd
	stdin    io.WriteCloser
	encoder  *gob.Encoder
	messages chan message
	stderr   *head
	killed   chan struct{}
	exited   chan struct{}
	state    string
	retire   *time.Timer
	// hasFullBudget is false when the child may use less memory than a chart is allowed.
	hasFullBudget bool
}

func start(config Config, number int) (*process, error) {
	dir := filepath.Join(config.Dir, fmt.Sprint(number))
	if err := directories.Make(config.Dir, dir); err != nil {
		return nil, err
	}
	command := exec.Command(config.Command[0], append(config.Command[1:len(config.Command):len(config.Command)], dir)...)
	command.Args[0] = config.Name
	// A full dump of a deep recursion would take longer than the request.
	command.Env = append(append(os.Environ(), config.Env...), "GOTRACEBACK=single", "TMPDIR="+dir)
	p := &process{
		command: command, stderr: &head{},
		messages: make(chan message), killed: make(chan struct{}), exited: make(chan struct{}),
	}
	command.Stderr = p.stderr
	var err error
	if p.stdin, err = command.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	p.encoder = gob.NewEncoder(p.stdin)
	go p.read(stdout, dir)
	ready := time.NewTimer(startTimeout)
	defer ready.Stop()
	select {
	case first, ok := <-p.messages:
		if ok && (first.Event == readyEvent || first.Event == cramped) {
			p.hasFullBudget = first.Event == readyEvent
			return p, nil
		}
		p.kill()
		// No chart was involved yet.
		return nil, errors.New(crashError(p.stderr.String(), p.state, "", false).Reason)
	case <-ready.C:
		p.kill()
		return nil, fmt.Errorf("it was not ready within %s", startTimeout)
	}
}

// read forwards the child's messages until it ends, and then removes its directory.
func (p *process) read(stdout io.Reader, dir string) {
	decoder := gob.NewDecoder(bufio.NewReader(stdout))
	for {
		var next message
		if err := decoder.Decode(&next); err != nil {
			if !errors.Is(err, io.EOF) {
				_ = p.command.Process.Kill()
			}
			break
		}
		select {
		case p.messages <- next:
		case <-p.killed:
		}
	}
	p.state = "exit status 0"
	if err := p.command.Wait(); err != nil {
		p.state = err.Error()
	}
	// The data directory, which only this user may enter, contains it.
	_ = os.RemoveAll(dir)
	close(p.exited)
	close(p.messages)
}

// kill returns when the process is gone. It must be called only once.
func (p *process) kill() {
	close(p.killed)
	if err := p.command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		_ = p.stdin.Close()
	}
	<-p.exited
}

func (p *process) hasExited() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}
