package link

import (
	"fmt"
	"os"
	"sync"
)

// exitWithoutSupervisor is the exit code of a process that has nobody to work for (8.8).
const exitWithoutSupervisor = 70

var leaving sync.Mutex

// leave ends the process at once, in whichever goroutine that is seen, whatever its code is doing.
func leave(why error) {
	leaving.Lock()
	fmt.Fprintf(os.Stderr, "handover: %s; this stage ends\n", why)
	os.Exit(exitWithoutSupervisor)
}
