// Package link carries what a party says and hears over the descriptors of the process, and ends the process when its
// supervisor is gone.
//
// One goroutine reads, for as long as the process runs. Whoever has said something writes it, before code goes on: a value
// was taken for its sender before code has it (8.9). The pieces of a large value are written by a goroutine of their own, and
// what others say leaves between them. Direct links (14) are read and written by whoever is there: see pipes and hearers.
package link

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"sync"

	"handover/internal/contract"
	"handover/internal/party"
	"handover/internal/wire"
)

const (
	major     = 1
	chunkSize = 1 << 16
)

var errGone = errors.New("the supervisor is gone")

// Link is that of this process.
type Link struct {
	input  *wire.Reader
	output *os.File
	pulse  *pulse

	mutex sync.Mutex
	party *party.Party
	out   wire.Outgoing
	// What is written leaves in lots, one after the other: so many were begun, and so many have left.
	begun, left int
	lot         []byte
	// changed: a lot has left, or the last piece has.
	changed   *sync.Cond
	isPumping bool
	pipes     *pipes

	leaving chan struct{}
	isAsked sync.Once
}

// Connect says hello, and waits until the supervisor needs this process.
func Connect(environment Environment) (*Link, wire.Welcome) {
	input := os.NewFile(uintptr(environment.input), "link")
	l := &Link{
		input:   wire.NewReader(bufio.NewReaderSize(input, chunkSize)),
		output:  os.NewFile(uintptr(environment.output), "link"),
		leaving: make(chan struct{}),
	}
	l.changed = sync.NewCond(&l.mutex)
	l.pipes = newPipes(l)
	features := append([]string{"pieces"}, l.pipes.features()...)
	if contract.Compile != nil {
		features = append(features, contract.Feature)
	}
	if environment.pulse >= 0 {
		l.pulse = newPulse(environment.pulse)
		features = append(features, "pulse")
	}
	l.mutex.Lock()
	l.out.Say(wire.Hello(features, environment.token))
	l.flush()
	l.mutex.Unlock()
	l.pulse.letGo(1)
	welcome := l.welcome()
	l.pulse.letGo(-1)
	l.party = party.New(welcome.Settings, l.out.Say, l.pipes)
	return l, welcome
}

// Listen begins to hear what the supervisor says.
func (l *Link) Listen() {
	go func() {
		for {
			l.hear(l.next())
		}
	}()
}

// Turn calls with the party, which is nobody else's meanwhile. When it returns, all that was said and is not behind a piece
// is with the kernel, and who waits for what has ended was told.
func (l *Link) Turn(do func(*party.Party)) {
	l.mutex.Lock()
	do(l.party)
	l.pipes.flush(l.party)
	told := l.party.Told()
	if len(told) > 0 {
		l.pipes.kickEnded()
	}
	l.flush()
	if l.out.HasPieces() && !l.isPumping {
		l.isPumping = true
		go l.pump()
	}
	l.mutex.Unlock()
	for _, tell := range told {
		tell()
	}
}

// WaitFor is Wait for an operation, which closes the first when it has ended, or sends something there: where it goes over a
// direct link, code hears that itself.
func (l *Link) WaitFor(op *party.Operation, done, givenUp <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
	}
	if givenUp == nil {
		l.pulse.letGo(1)
		l.pipes.hearFor(op)
		l.pulse.letGo(-1)
	}
	return l.Wait(done, givenUp)
}

// Wait waits until one of both is closed, or something comes there, and reports whether it is the first. Meanwhile, code lets go.
func (l *Link) Wait(done, givenUp <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
	}
	l.pulse.letGo(1)
	defer l.pulse.letGo(-1)
	l.pipes.waitBegins()
	defer l.pipes.waitEnds()
	select {
	case <-done:
		return true
	case <-givenUp:
		return false
	}
}

// Leaving is closed when the process is asked to come to its end.
func (l *Link) Leaving() <-chan struct{} { return l.leaving }

// Exit ends the process. Nothing that it has begun to say is cut off, and its exit code is its last word (8.20).
func (l *Link) Exit(code int) {
	l.mutex.Lock()
	for l.isPumping || l.left < l.begun {
		l.changed.Wait()
	}
	l.out.Say(wire.Exiting(code))
	l.write(l.out.Short)
	// Nobody says anything after it: the lock is never given back.
	os.Exit(code)
}

// welcome waits for the greeting of the supervisor.
func (l *Link) welcome() wire.Welcome {
	for {
		switch message := l.next().(type) {
		case wire.Refusal:
			leave(errors.New(message.Why))
		case wire.Welcome:
			// Of another major version it is not used: the refusal, which answers the hello, says what to do.
			if message.Major == major {
				return message
			}
		default:
			leave(fmt.Errorf("expected \"welcome\" first from the supervisor, got %T", message))
		}
	}
}

func (l *Link) next() wire.Message {
	frame, err := l.input.Next()
	var problem *wire.ProtocolError
	if errors.As(err, &problem) {
		leave(problem)
	} else if err != nil {
		leave(errGone)
	}
	message, err := wire.MessageOf(frame)
	if err != nil {
		leave(err)
	}
	return message
}

func (l *Link) hear(message wire.Message) {
	l.Turn(func(p *party.Party) {
		switch message := message.(type) {
		case wire.Refusal:
			leave(errors.New(message.Why))
		case wire.Welcome:
			leave(errors.New("expected no second greeting from the supervisor, got \"welcome\""))
		case wire.Shutdown:
			l.isAsked.Do(func() { close(l.leaving) })
			p.WindDown()
		case wire.Retire:
			l.isAsked.Do(func() { close(l.leaving) })
			p.Retire()
		default:
			if err := p.Hear(message); err != nil {
				leave(err)
			}
		}
	})
}

// flush writes what was said and is not behind a piece. It has the lock, and gives it back while it waits.
func (l *Link) flush() {
	if !l.out.HasShort() {
		return
	}
	for mine := l.begun + 1; l.left < mine; {
		if l.left < l.begun {
			l.changed.Wait()
		} else {
			l.write(l.out.Short)
		}
	}
}

// pump writes all pieces, and what others say between them.
func (l *Link) pump() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for l.out.HasPieces() {
		if l.left < l.begun {
			l.changed.Wait()
		} else {
			l.write(l.out.Next)
		}
	}
	l.isPumping = false
	l.changed.Broadcast()
}

// write writes a lot; while it leaves, others may say something, but write nothing.
func (l *Link) write(appendLot func([]byte) []byte) {
	l.begun++
	l.lot = appendLot(l.lot[:0])
	l.mutex.Unlock()
	_, err := l.output.Write(l.lot)
	l.mutex.Lock()
	if err != nil {
		leave(errGone)
	}
	l.left++
	l.changed.Broadcast()
}
