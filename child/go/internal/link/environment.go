package link

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Environment is what the supervisor tells a process in its environment (1.1, 8.19).
type Environment struct {
	input, output int
	token         string
	// pulse is the descriptor over which it is asked whether it lives; none where it is negative.
	pulse int
}

// TakeEnvironment reads it once, and hides it from the descendants of the process (1.3). It reports false where no supervisor
// started this process.
func TakeEnvironment() (Environment, bool) {
	link, token, pulse := take("HANDOVER_LINK"), take("HANDOVER_TOKEN"), take("HANDOVER_PULSE")
	input, output, isPair := strings.Cut(link, ",")
	environment := Environment{input: number(input), output: number(output), token: token, pulse: number(pulse)}
	if !isPair || token == "" || environment.input < 0 || environment.output < 0 {
		return Environment{}, false
	}
	for _, descriptor := range []int{environment.input, environment.output, environment.pulse} {
		if descriptor >= 0 {
			syscall.CloseOnExec(descriptor)
		}
	}
	return environment, true
}

func take(name string) string {
	defer os.Unsetenv(name)
	return os.Getenv(name)
}

// number is that of a descriptor; negative where it is none.
func number(digits string) int {
	number, err := strconv.Atoi(digits)
	if err != nil {
		return -1
	}
	return number
}
