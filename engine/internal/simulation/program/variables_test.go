package program

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"seatrial/engine/internal/simulation/environment"
)

func fieldRef(path string) *corev1.EnvVarSource {
	return &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: path}}
}

// indexed is a pod of an indexed Job, with variables that its spec decides, and one that it does not.
func indexed() *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: "web-7", Namespace: "shop",
			Annotations: map[string]string{"batch.kubernetes.io/job-completion-index": "3"},
		},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "c", Image: "busybox",
			Env: []corev1.EnvVar{
				{Name: "INDEX", ValueFrom: fieldRef("metadata.annotations['batch.kubernetes.io/job-completion-index']")},
				{Name: "POD", ValueFrom: fieldRef("metadata.name")},
				{Name: "EMPTY"}, {Name: "MODE", Value: "fast"}, {Name: "NAME", Value: "$(POD).$(MODE)"},
				{Name: "FILES", Value: "*.log"}, {Name: "TWO", Value: "a b"}, {Name: "OCTAL", Value: "010"},
				{Name: "PASSWORD", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{Key: "password"}}},
				{Name: "URL", Value: "http://$(PASSWORD)@host"}, {Name: "PWD", Value: "/"}, {Name: "MINUS", Value: "-1"},
			},
		}}},
	}
}

func ofIndexed(name, script string) Effect {
	pod := indexed()
	container := &pod.Spec.Containers[0]
	container.Command, container.Args = []string{name, "-c"}, []string{script}
	return OfContainer(container, environment.Of(pod, container, environment.Addresses{PodIP: "10.244.0.5"}))
}

func TestVariablesOfTheSpecDecideWhatAScriptDoes(t *testing.T) {
	for script, code := range map[string]int32{
		"if [ $(expr ${INDEX} % 2) -ne 0 ]; then\n exit 1\nelse\n exit 0\nfi": 1,
		`exit $INDEX`:       3,
		`exit "${INDEX}"`:   3,
		`exit $(INDEX)`:     3,
		`exit $((INDEX*2))`: 6,
		`exit $(( ($INDEX + 1) % 3 == 1 && INDEX != 0 ? 10 / 3 : 4 ))`: 3,
		`x=$INDEX; x=$((x+1)); exit $x`:                                4,
		`export X=$((INDEX - 5)); [ $X -lt 0 ] && exit 8`:              8,
		`x=$(echo "$POD"); [ "$x" = web-7 ] && exit 9`:                 9,
		`exit ${POD##*-}`:                                       7,
		`[ "${POD%-*}" = web ] && exit 2`:                       2,
		`[ "$NAME" = web-7.fast ] && exit 3`:                    3,
		`[ -z "$EMPTY" ] && exit 4`:                             4,
		`[ -n "$EMPTY" ] || exit 5`:                             5,
		`test ! "$MODE" = slow && exit 6`:                       6,
		`[ "$MODE" = fast -a "$INDEX" -ge 3 ] && exit 7`:        7,
		`[ "$MODE" = slow -o "$INDEX" -gt 3 ] || exit 8`:        8,
		`exit ${EMPTY:-9}`:                                      9,
		`exit ${MODE:+2}`:                                       2,
		`exit ${#MODE}`:                                         4,
		`case $MODE in slow) exit 1;; f*|g) exit 2;; esac`:      2,
		`case "$INDEX" in [0-2]) exit 1;; [3-5]) exit 2;; esac`: 2,
		`case $MODE in slow) exit 1;; esac`:                     0,
		`for i in 1 2 $INDEX; do x=$i; done; exit $x`:           3,
		`for i in $TWO; do [ $i = b ] && exit 5; done`:          5,
		`for i in "$TWO"; do [ "$i" = "a b" ] && exit 6; done`:  6,
		`while [ $INDEX -gt 5 ]; do sleep 1; done; exit 3`:      3,
		`false; [ $? -eq 1 ] && exit 4`:                         4,
		`x=$(expr 1 - 1) || exit 6`:                             6,
		`set -e; x=$(expr 1 - 1); exit 0`:                       1,
		`MODE=slow sh -c '[ $MODE = slow ] && exit 5'`:          5,
		`MODE=slow; sh -c '[ $MODE = slow ] && exit 6'`:         6,
		`x=1; export x; sh -c 'exit $x'`:                        1,
		`(MODE=slow); [ $MODE = fast ] && exit 7`:               7,
		`echo "$UNKNOWN" > /dev/null; exit $INDEX`:              3,
		`read -r line; exit $INDEX`:                             3,
		`env INDEX=4 sh -c 'exit $INDEX'`:                       4,
		`exec timeout 9 sh -c 'exit $INDEX'`:                    3,
		`exit \3`:                                               3,
	} {
		if got := ofIndexed("sh", script); got != exits(code, 0) {
			t.Errorf("%s: %+v, want the exit code %d", script, got, code)
		}
	}
}

func TestBashHasMoreExpressions(t *testing.T) {
	for script, code := range map[string]int32{
		`[ "$MODE" == fast ] && exit 2`:                        2,
		`[[ $MODE == fast && $INDEX -eq 3 ]] && exit 3`:        3,
		`[[ ! $TWO = "a b" || -z $MODE ]] || exit 4`:           4,
		`[[ $TWO == a* ]] && exit 5`:                           5,
		`[[ $FILES == "*.log" && ($MODE != slow) ]] && exit 6`: 6,
		`(( INDEX % 2 )) && exit 7`:                            7,
		`((INDEX > 5)) || exit 8`:                              8,
	} {
		if got := ofIndexed("bash", script); got != exits(code, 0) {
			t.Errorf("%s: %+v, want the exit code %d", script, got, code)
		}
		if got := ofIndexed("sh", script); got != (Effect{}) {
			t.Errorf("%s with sh: %+v, want an unknown program", script, got)
		}
	}
}

func TestWhatDependsOnAnUnknownVariableIsUnknown(t *testing.T) {
	for _, script := range []string{
		`exit $HOME`, `exit ${CODE:-1}`, `exit ${CODE-1}`, `[ -z "$CODE" ] && exit 1`, `exit $((CODE + 1))`, `exit $(CODE)`,
		`[ -n "$PASSWORD" ] && exit 1`, `[ "$URL" = a ] || exit 1`, `exit "$(PASSWORD)"`, `exit '$(PASSWORD)'`,
		`unset INDEX; exit $INDEX`, `read INDEX; exit $INDEX`, `/app/check && INDEX=1; exit $INDEX`,
		`until /app/check; do INDEX=$((INDEX+1)); done; exit $INDEX`, `for i in $CODE; do INDEX=$i; done; exit $INDEX`,
		`while [ $INDEX -gt 0 ]; do INDEX=$((INDEX-1)); done; exit $INDEX`, `x=$CODE; exit $x`,
		`$CODE INDEX=1; exit $INDEX`, `: ${INDEX:=4} $((INDEX++)); exit $INDEX`, `exit ${INDEX/3/4}`, `exit ${!POD}`,
		`exit $1`, `exit $#`, `exit $RANDOM`, `exit $PWD`, `[ $PWD = / ] && exit 1`, `exit ${EMPTY:?missing}`,
		`[ $FILES = a ] || exit 1`, `[ *.log = a ] || exit 1`, `[ -f /done ] || exit 1`, `[ $TWO = a ] || exit 1`,
		`exit $((1 / 0))`, `exit $(expr 1 / 0)`, `exit $((OCTAL))`, `exit $((POD))`, `exit $((1-$MINUS))`, `exit $((2**3))`,
		`x=$((1 / 0)); exit 1`, `x=$((POD)); exit 1`, `exit $((1 ? 2 : $CODE))`,
		`exit $((999999999999999999 * 999999999999999999))`, `IFS=7; exit $POD`, `[ "$MODE" = ~ ] || exit 1`,
		`[ a \< b ] && exit 1`, `[ $INDEX -eq fast ] || exit 1`, `[ "$MODE" = fast -a -f x ] || exit 1`, `exit $INDEX 4`,
		`x=$(cat /etc/index); exit $x`, `x=$(/app/index) && exit 1`, `exit $(echo -n 3)`, `exit $(INDEX=4; echo $INDEX)`,
		`case $CODE in a) exit 1;; esac`, `case $MODE in $CODE) ;; *) exit 1;; esac`, `case $MODE in f*) ;;& *) exit 1;; esac`,
		`readonly MODE=fast; [ $MODE = fast ] && exit 1`, `shopt -s nocasematch; case A in a) exit 1;; esac`,
		`x=1; sh -c 'exit $x'`, `INDEX+=1; exit $INDEX`, `x=(4); exit $x`, `export x=$TWO; [ $x = a ] && exit 1`,
		`exit $(< /index)`, `exit $'3'`, `exit {3,4}`, `while read -r INDEX; do :; done; exit $INDEX`,
	} {
		if got := ofIndexed("sh", script); got != (Effect{}) {
			t.Errorf("%s: %+v, want an unknown program", script, got)
		}
	}
	for _, script := range []string{`exit $INDEX`, `[ $MODE = fast ] && exit 1`} {
		if got := ofIndexed("zsh", script); got != (Effect{}) {
			t.Errorf("%s with zsh: %+v, want an unknown program", script, got)
		}
	}
}

func TestAnUnknownVariableDoesNotMatterWhereNothingDependsOnIt(t *testing.T) {
	for script, want := range map[string]Effect{
		`echo "$URL"; exit 3`:                       exits(3, 0),
		`tail -f "$LOG"`:                            runsOn(),
		`X=${CODE:-1}; sleep 5`:                     exits(0, 5*time.Second),
		`[ -n "$CODE" ] && echo yes; exit 4`:        exits(4, 0),
		`: "${CODE:?must be set}"; exit 5`:          exits(5, 0),
		`until nc -z "$HOST" 1; do :; done; exit 6`: exits(6, 0),
	} {
		if got := ofIndexed("sh", script); got != want {
			t.Errorf("%s: %+v, want %+v", script, got, want)
		}
	}
}
