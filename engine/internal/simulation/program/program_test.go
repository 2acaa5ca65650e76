package program

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"seatrial/engine/internal/simulation/environment"
)

func shell(script string) []string { return []string{"sh", "-c", script} }

func TestACommandLineSaysWhatItsProgramDoes(t *testing.T) {
	for name, test := range map[string]struct {
		argv []string
		want Effect
	}{
		"true":                           {[]string{"/bin/true"}, exits(0, 0)},
		"false":                          {[]string{"false"}, exits(1, 0)},
		"sleep":                          {[]string{"/bin/sleep", "5"}, exits(0, 5*time.Second)},
		"sleep, several operands":        {[]string{"sleep", "1h", "30m", "0.5"}, exits(0, 90*time.Minute+500*time.Millisecond)},
		"sleep, a huge number":           {[]string{"sleep", "99999999999d"}, runsOn()},
		"sleep infinity":                 {[]string{"sleep", "infinity"}, runsOn()},
		"sleep, a variable without sh":   {[]string{"sleep", "$TIME"}, exits(1, 0)},
		"sleep alone":                    {[]string{"sleep"}, exits(1, 0)},
		"pause":                          {[]string{"/pause"}, runsOn()},
		"tail -f":                        {[]string{"tail", "-n0", "-f", "/dev/null"}, runsOn()},
		"tail of a file":                 {[]string{"tail", "-n", "1", "/etc/fstab"}, Effect{}},
		"cat without a file":             {[]string{"cat"}, exits(0, 0)},
		"tini":                           {[]string{"/sbin/tini", "-g", "--", "sleep", "1"}, exits(0, time.Second)},
		"env":                            {[]string{"env", "A=b", "false"}, exits(1, 0)},
		"timeout, too short":             {[]string{"timeout", "2", "sleep", "9"}, exits(124, 2*time.Second)},
		"timeout, long enough":           {[]string{"timeout", "9", "sleep", "2"}, exits(0, 2*time.Second)},
		"another program":                {[]string{"/app/server"}, Effect{}},
		"nothing":                        {nil, Effect{}},
		"a shell without a script":       {[]string{"bash"}, exits(0, 0)},
		"a script in a file":             {[]string{"sh", "/scripts/run.sh"}, Effect{}},
		"exit":                           {shell("exit 3"), exits(3, 0)},
		"exit in an array of bash":       {[]string{"/bin/bash", "-ec", "exit 300"}, exits(44, 0)},
		"sleep and exit":                 {shell("sleep 5; exit 3"), exits(3, 5*time.Second)},
		"sleep && exit":                  {shell("sleep 1 && sleep 2 && exit 4"), exits(4, 3*time.Second)},
		"the last command decides":       {shell("false\ntrue"), exits(0, 0)},
		"the last command fails":         {shell("echo \"it $FAILED\"; false"), exits(1, 0)},
		"or":                             {shell("false || exit 7"), exits(7, 0)},
		"and after a failure":            {shell("false && exit 7"), exits(1, 0)},
		"negated":                        {shell("! false"), exits(0, 0)},
		"set -e":                         {shell("set -eu; false; exit 0"), exits(1, 0)},
		"set -o errexit":                 {[]string{"bash", "-o", "errexit", "-c", "false; true"}, exits(1, 0)},
		"set -e and a condition":         {shell("set -e; false && true; exit 5"), exits(5, 0)},
		"if":                             {shell("if true; then exit 2; else exit 3; fi"), exits(2, 0)},
		"else":                           {shell("if false; then exit 2; elif true; then exit 4; fi"), exits(4, 0)},
		"exit with the last status":      {shell("false; exit $?"), exits(1, 0)},
		"a subshell ends alone":          {shell("(exit 3); exit 4"), exits(4, 0)},
		"a subshell's status":            {shell("(sleep 1; exit 3)"), exits(3, time.Second)},
		"exec":                           {shell("echo hello; exec sleep infinity"), runsOn()},
		"an unknown program, then sleep": {shell("/app/init; sleep infinity"), runsOn()},
		"an unknown program, then exit":  {shell("/app/init; exit 1"), exits(1, 0)},
		"a loop over words":              {shell("for i in 1 2 3; do sleep $i; done; exit 4"), exits(4, 6*time.Second)},
		"a case":                         {shell("case a in b) exit 1;; a|c) exit 2;; esac"), exits(2, 0)},
		"a redirection alone":            {shell("> /tmp/started; exit 5"), exits(5, 0)},
		"a pipe that fails":              {[]string{"bash", "-euo", "pipefail", "-c", "false | cat"}, exits(1, 0)},
		"a negation with set -e":         {shell("set -e; ! true; exit 6"), exits(6, 0)},
		"test":                           {[]string{"test", "1", "-lt", "2"}, exits(0, 0)},
		"an endless loop":                {shell("trap exit TERM; while true; do sleep 1; done"), runsOn()},
		"until false":                    {shell("until false; do date; done"), runsOn()},
		"sleep in the background":        {shell("trap : TERM INT; sleep infinity & wait"), runsOn()},
		"a pipe":                         {shell("tail -f /var/log/app | grep error"), runsOn()},
		"a quoted program":               {shell(`"sleep" '2'`), exits(0, 2*time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Of(test.argv, nil); got != test.want {
				t.Errorf("%v: %+v, want %+v", test.argv, got, test.want)
			}
		})
	}
}

func TestAScriptThatDependsOnAnUnknownProgramIsUnknown(t *testing.T) {
	for _, script := range []string{
		"/app/migrate", "test -f /done && exit 1", `[ -z "$URL" ] && exit 1`, `if [ -z "$URL" ]; then exit 1; fi; exit 0`,
		"/app/check || exit 1", "until nslookup db; do sleep 2; done", "sleep $TIME", "exit $CODE", "nginx & wait",
		"while true; do /app/work || break; done; exit 1", "die() { exit 1; }; die", "case $A in b) exit 1;; esac; true",
		"[ -n \"$A\" ] && sleep infinity; exit 0", "exec \"$@\"", "if", "for i in 1 2; do break; done; exit 1",
		"ls; exit", "set -o pipefail; /app/dump | cat && exit 3", "X=$(/app/find) || exit 1", ". /etc/profile; exit 0", "kill 1; sleep infinity", "exit $(( $RANDOM / 16384 ))",
	} {
		if got := Of(shell(script), nil); got != (Effect{}) {
			t.Errorf("%s: %+v, want an unknown program", script, got)
		}
	}
}

func TestAContainersProgramComesFromItsCommandItsArgsAndItsImage(t *testing.T) {
	for name, test := range map[string]struct {
		container corev1.Container
		want      Effect
	}{
		"pause":        {corev1.Container{Image: "registry.k8s.io/pause:3.10"}, runsOn()},
		"pause, short": {corev1.Container{Image: "pause@sha256:" + digest}, runsOn()},
		"a server":     {corev1.Container{Image: "docker.io/library/nginx:1.29"}, Effect{}},
		"pause with a command": {
			corev1.Container{Image: "pause", Command: []string{"/app"}, Args: []string{"-t"}}, Effect{},
		},
		"args of a shell's image":      {corev1.Container{Image: "busybox:1.37", Args: []string{"sleep", "3"}}, exits(0, 3*time.Second)},
		"args of another image":        {corev1.Container{Image: "example.com/app", Args: []string{"sleep", "3"}}, Effect{}},
		"command and args":             {corev1.Container{Image: "app", Command: []string{"sh", "-c"}, Args: []string{"exit 2"}}, exits(2, 0)},
		"a shell's image alone":        {corev1.Container{Image: "alpine"}, exits(0, 0)},
		"a shell's image with a tty":   {corev1.Container{Image: "alpine", TTY: true, Stdin: true}, runsOn()},
		"cat with a tty":               {corev1.Container{Image: "app", Command: []string{"cat"}, TTY: true}, runsOn()},
		"agnhost":                      {corev1.Container{Image: "registry.k8s.io/e2e-test-images/agnhost:2.56"}, runsOn()},
		"agnhost netexec":              {corev1.Container{Image: "agnhost", Args: []string{"netexec"}}, runsOn()},
		"agnhost with a short program": {corev1.Container{Image: "agnhost", Args: []string{"mounttest"}}, Effect{}},
		"agnhost as a command":         {corev1.Container{Image: "x", Command: []string{"/agnhost", "pause"}}, runsOn()},
		"a variable of the spec": {corev1.Container{
			Image: "app", Command: []string{"sleep", "$(TIME)"}, Env: []corev1.EnvVar{{Name: "TIME", Value: "9"}},
		}, exits(0, 9*time.Second)},
		"an invalid image": {corev1.Container{Image: "A:B:C"}, Effect{}},
	} {
		t.Run(name, func(t *testing.T) {
			pod := &corev1.Pod{}
			if got := OfContainer(&test.container, environment.Of(pod, &test.container, environment.Addresses{})); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

const digest = "0000000000000000000000000000000000000000000000000000000000000000"
