package program

import (
	"math"
	"strconv"
	"strings"
	"time"

	"seatrial/engine/internal/simulation/environment"
)

var sleepUnits = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}

// forever is longer than any engine runs.
const forever = 100 * 365 * 24 * time.Hour

// ofSleep is sleep(1) of GNU and busybox: the sum of its operands.
func ofSleep(args []string) Effect {
	args = withoutOptions(args)
	if len(args) == 0 {
		return exits(codeFailure, 0)
	}
	var sum time.Duration
	for _, arg := range args {
		if environment.IsUnknown(arg) {
			return Effect{}
		}
		time, isValid := duration(arg)
		if !isValid {
			return exits(codeFailure, 0)
		}
		if sum += time; sum >= forever {
			return runsOn()
		}
	}
	return exits(0, sum)
}

// duration reads a time as sleep(1) does: a number of seconds, or of another unit.
func duration(text string) (time.Duration, bool) {
	switch strings.ToLower(text) {
	case "inf", "infinity":
		return forever, true
	}
	unit := time.Second
	for suffix, length := range sleepUnits {
		if number, found := strings.CutSuffix(text, suffix); found {
			text, unit = number, length
		}
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(number) || number < 0 {
		return 0, false
	}
	if number >= float64(forever)/float64(unit) {
		return forever, true
	}
	return time.Duration(number * float64(unit)), true
}
