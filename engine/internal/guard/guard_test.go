package guard

import (
	"bufio"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// open is a lifeline that nobody closes.
func open(t *testing.T) io.Reader {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = writer.Close() })
	return reader
}

func TestTheExitCodeIsTheProgramsOwn(t *testing.T) {
	for title, test := range map[string]struct {
		script string
		want   int
	}{
		"a program that succeeds":           {"exit 0", 0},
		"a program that fails":              {"exit 7", 7},
		"a program that a signal has ended": {"kill -9 $$", 137},
	} {
		t.Run(title, func(t *testing.T) {
			if got := run([]string{"sh", "-c", test.script}, open(t), io.Discard, io.Discard); got != test.want {
				t.Errorf("exit code %d, expected %d", got, test.want)
			}
		})
	}
}

func TestAProgramThatCannotBeStartedIsNamed(t *testing.T) {
	var output strings.Builder
	if got := run([]string{"/does/not/exist"}, open(t), io.Discard, &output); got != cannotStart {
		t.Errorf("exit code %d", got)
	}
	if !strings.Contains(output.String(), "/does/not/exist") {
		t.Errorf("output: %s", output.String())
	}
}

func TestTheProgramEndsWithTheLifeline(t *testing.T) {
	for title, script := range map[string]string{
		"a program that obeys SIGTERM":   "sleep 600 & echo $!; wait",
		"a program that ignores SIGTERM": "trap '' TERM; sleep 600 & echo $!; wait; sleep 600",
	} {
		t.Run(title, func(t *testing.T) {
			lifeline, cut, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			reader, writer := io.Pipe()
			ended := make(chan int, 1)
			go func() { ended <- run([]string{"sh", "-c", script}, lifeline, writer, io.Discard) }()
			line, err := bufio.NewReader(reader).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			go func() { _, _ = io.Copy(io.Discard, reader) }()
			_ = cut.Close()
			if code := <-ended; code <= 128 {
				t.Errorf("exit code %d", code)
			}
			expectGone(t, strings.TrimSpace(line))
		})
	}
}

// expectGone waits until a process of the program's group is gone or a zombie that its new parent reaps.
func expectGone(t *testing.T, pid string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
	}
	t.Errorf("process %s still runs", pid)
}
