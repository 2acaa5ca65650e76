package service

import (
	"io"
	"strings"
	"testing"
)

func TestIsDetached(t *testing.T) {
	for _, test := range []struct {
		name, input string
		mayDetach   bool
		want        bool
	}{
		{"an input that ends", "", true, false},
		{"an input that ends after the word", "detach\n", true, true},
		{"the word after others", "hello\ndetach\n", true, true},
		{"half of the word", "detac", true, false},
		{"the word without its line's end, as from a parent killed while it writes", "detach", true, false},
		{"the word to an engine that may not be detached", "detach\n", false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := isDetached(strings.NewReader(test.input), test.mayDetach); got != test.want {
				t.Errorf("isDetached(%q, %v) = %v, want %v", test.input, test.mayDetach, got, test.want)
			}
		})
	}
}

func TestIsDetachedWithoutWaitingForTheEnd(t *testing.T) {
	reader, writer := io.Pipe()
	defer writer.Close()
	go func() { _, _ = writer.Write([]byte(detachLine)) }()
	if !isDetached(reader, true) {
		t.Error("the word was not read from an input that stays open")
	}
}
