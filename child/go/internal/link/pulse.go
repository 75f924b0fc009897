package link

import (
	"os"
	"sync"
)

const (
	alive  = 1
	letsGo = 2
)

// pulse lets the supervisor ask whether this process lives, and whether its code lets go (8.19). Code lets go while one of
// its goroutines waits here for an operation; what it waits for elsewhere cannot be seen.
type pulse struct {
	socket  *os.File
	mutex   sync.Mutex
	waiting int
	isAsked bool
}

func newPulse(descriptor int) *pulse {
	p := &pulse{socket: os.NewFile(uintptr(descriptor), "pulse")}
	go p.answer()
	return p
}

// letGo is called when so many goroutines more wait.
func (p *pulse) letGo(goroutines int) {
	if p == nil {
		return
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.waiting += goroutines
	p.answerIfWaiting()
}

func (p *pulse) answer() {
	questions := make([]byte, 64)
	for {
		count, err := p.socket.Read(questions)
		if err != nil {
			leave(errGone)
		}
		for _, question := range questions[:count] {
			switch question {
			case alive:
				p.say(alive)
			case letsGo:
				p.mutex.Lock()
				p.isAsked = true
				p.answerIfWaiting()
				p.mutex.Unlock()
			}
		}
	}
}

func (p *pulse) answerIfWaiting() {
	if p.isAsked && p.waiting > 0 {
		p.isAsked = false
		p.say(letsGo)
	}
}

func (p *pulse) say(answer byte) {
	if _, err := p.socket.Write([]byte{answer}); err != nil {
		leave(errGone)
	}
}
