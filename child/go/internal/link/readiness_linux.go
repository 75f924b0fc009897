package link

import (
	"os"
	"syscall"
)

// readiness says of descriptors when they can be read or written. One goroutine waits for all of them, without a thread of its
// own: Go waits for what is itself a descriptor, the set of them.
type readiness struct {
	set   int
	ready func(descriptor int)
}

func newReadiness(ready func(descriptor int)) (*readiness, error) {
	set, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	// So that Go waits for it as for a socket.
	if err := syscall.SetNonblock(set, true); err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(set), "direct links")
	connection, err := file.SyscallConn()
	if err != nil {
		return nil, err
	}
	r := &readiness{set: set, ready: ready}
	go func() {
		// It ends with the process alone.
		_ = connection.Read(func(uintptr) bool { return r.tell() })
	}()
	return r, nil
}

// await waits for a descriptor until it is forgotten.
func (r *readiness) await(descriptor int, what uint32) bool {
	event := syscall.EpollEvent{Events: what, Fd: int32(descriptor)}
	return syscall.EpollCtl(r.set, syscall.EPOLL_CTL_ADD, descriptor, &event) == nil
}

func (r *readiness) forget(descriptor int) {
	_ = syscall.EpollCtl(r.set, syscall.EPOLL_CTL_DEL, descriptor, nil)
}

// tell calls for all that are ready now. It reports false: it is to be called again.
func (r *readiness) tell() bool {
	var events [16]syscall.EpollEvent
	for {
		count, err := syscall.EpollWait(r.set, events[:], 0)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || count == 0 {
			return err != nil
		}
		for _, event := range events[:count] {
			r.ready(int(event.Fd))
		}
	}
}
