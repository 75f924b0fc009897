package link

import (
	"fmt"
	"os"
	"sync"
	"syscall"
)

// exitWithoutSupervisor is the exit code of a process that has nobody to work for (8.8).
const exitWithoutSupervisor = 70

var leaving sync.Mutex

// leave ends the process at once, in whichever goroutine that is seen, whatever its code is doing.
func leave(why error) {
	leaving.Lock()
	// Nobody may read stderr any more: os.Stderr would end the process by a signal then.
	_, _ = syscall.Write(2, fmt.Appendf(nil, "handover: %s; this stage ends\n", why))
	os.Exit(exitWithoutSupervisor)
}
