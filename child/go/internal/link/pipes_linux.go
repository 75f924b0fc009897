package link

import (
	"syscall"
	"time"

	"handover/internal/direct"
	"handover/internal/party"
)

// pipes are those of all direct links. They are read and written under the lock of the link, and never wait there: where there is
// nothing to read, or no room to write, they wait to be ready.
type pipes struct {
	link *Link
	open map[int64]*pipePair
	// readiness says which can be read or written; it begins with the first link.
	readiness *readiness
	// spoken are those on which something was said in this turn.
	spoken  []*pipePair
	hearers hearers
	chunk   []byte
}

// pipePair are those of one link.
//
//	state   | meaning
//	--------|---------------------------------------------------------
//	open    | both ways
//	shut    | it is only read
//	closing | it is only written, until all has left that was to be said
//	closed  | neither
type pipePair struct {
	number        int64
	into          direct.Path
	input, output int
	state         pairState
	out           queue
	// isWatched: it is waited for until it can be read; isAtEnd: it was read to its end.
	isWatched, isAtEnd bool
	// hearer is code that hears it itself; isFresh: it has been heard so since it was last looked at.
	hearer  *hearer
	isFresh bool
	// isFull: it is waited for until it can be written.
	isFull bool
	// owes: there are answers in the queue, and code waits until they have left.
	owes bool
}

type pairState uint8

const (
	pairOpen pairState = iota
	pairShut
	pairClosing
	pairClosed
)

// chunksAtOnce is how much is read before others have their turn.
const chunksAtOnce = 16

func newPipes(link *Link) *pipes {
	return &pipes{link: link, open: make(map[int64]*pipePair), chunk: make([]byte, chunkSize)}
}

// features are those that need it.
func (p *pipes) features() []string { return []string{"direct"} }

// Open is for the party.
func (p *pipes) Open(number int64, readPath, writePath string, into direct.Path) bool {
	if p.readiness == nil && !p.begin() {
		return false
	}
	input, isOpen := openPipe(readPath, syscall.O_RDONLY)
	if !isOpen {
		return false
	}
	output, isOpen := openPipe(writePath, syscall.O_WRONLY)
	pair := &pipePair{number: number, into: into, input: input, output: output}
	if !isOpen || !p.watch(pair) {
		closeAll(input, output)
		return false
	}
	p.open[number] = pair
	return true
}

// openPipe opens one without waiting: the supervisor has both open until both processes have.
func openPipe(path string, flags int) (descriptor int, isOpen bool) {
	descriptor, err := syscall.Open(path, flags|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return -1, false
	}
	if descriptor > 2 {
		return descriptor, true
	}
	// Where the process has closed its own, none of these is to be taken for its stdin, stdout or stderr.
	other, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(descriptor), syscall.F_DUPFD_CLOEXEC, 3)
	closeAll(descriptor)
	return int(other), errno == 0
}

func closeAll(descriptors ...int) {
	for _, descriptor := range descriptors {
		if descriptor >= 0 {
			_ = syscall.Close(descriptor)
		}
	}
}

func (p *pipes) begin() bool {
	readiness, err := newReadiness(p.ready)
	p.readiness = readiness
	return err == nil
}

// ready is called, in no turn, when one can be read or written again.
func (p *pipes) ready(descriptor int) {
	p.link.Turn(func(party *party.Party) {
		for _, pair := range p.open {
			switch descriptor {
			case pair.input:
				p.read(party, pair, chunksAtOnce)
			case pair.output:
				pair.isFull = false
				p.readiness.forget(descriptor)
				p.push(party, pair)
			}
		}
	})
}

// Write is for the party.
func (p *pipes) Write(number int64, value []byte) {
	if pair := p.open[number]; pair != nil && pair.state == pairOpen {
		pair.out.value(value)
		p.spoken = append(p.spoken, pair)
	}
}

// Answer is for the party.
func (p *pipes) Answer(number int64, answer []byte) {
	if pair := p.open[number]; pair != nil && pair.state == pairOpen {
		pair.out.answer(answer)
		pair.owes = true
		p.spoken = append(p.spoken, pair)
	}
}

// Shut is for the party.
func (p *pipes) Shut(number int64) {
	if pair := p.open[number]; pair != nil && pair.state == pairOpen {
		pair.state = pairShut
		p.closeOutput(pair)
	}
}

// Close is for the party.
func (p *pipes) Close(number int64) {
	pair := p.open[number]
	if pair == nil || pair.state >= pairClosing {
		return
	}
	wasOpen := pair.state == pairOpen
	pair.state = pairClosing
	p.closeInput(pair)
	if wasOpen && !pair.out.isEmpty() {
		p.spoken = append(p.spoken, pair)
		return
	}
	p.closed(p.link.party, pair)
}

// Look is for the party.
func (p *pipes) Look(number int64) {
	if pair := p.open[number]; pair != nil {
		p.read(p.link.party, pair, -1)
	}
	p.link.party.Looked(number)
}

// Later is for the party.
func (p *pipes) Later(milliseconds int, ring func()) {
	time.AfterFunc(time.Duration(milliseconds)*time.Millisecond, func() {
		p.link.Turn(func(*party.Party) { ring() })
	})
}

// flush writes what was said in this turn. Code goes on when its answers have left.
func (p *pipes) flush(party *party.Party) {
	for len(p.spoken) > 0 {
		pair := p.spoken[0]
		p.spoken = p.spoken[1:]
		p.push(party, pair)
		for pair.owes {
			p.link.changed.Wait()
		}
	}
	p.spoken = nil
}

// push writes as much as there is room for.
func (p *pipes) push(party *party.Party, pair *pipePair) {
	if pair.isFull || pair.output < 0 {
		return
	}
	for !pair.out.isEmpty() {
		count, err := syscall.Write(pair.output, pair.out.next())
		switch {
		case err == nil:
			pair.out.left(count)
		case err == syscall.EINTR:
		case err == syscall.EAGAIN && p.readiness.await(pair.output, syscall.EPOLLOUT):
			pair.isFull = true
			return
		default:
			p.unheard(party, pair)
			return
		}
	}
	p.spokenOut(pair)
	if pair.state == pairClosing {
		p.closed(party, pair)
	}
}

// unheard: nobody reads any more what this process writes.
func (p *pipes) unheard(party *party.Party, pair *pipePair) {
	p.closeOutput(pair)
	if pair.state == pairClosing {
		p.closed(party, pair)
		return
	}
	pair.state = pairShut
	party.Unheard(pair.number)
}

// spokenOut: nothing is left to be written.
func (p *pipes) spokenOut(pair *pipePair) {
	if pair.owes {
		pair.owes = false
		p.link.changed.Broadcast()
	}
}

// read hears what has come, so many chunks at most; a negative number: all.
func (p *pipes) read(party *party.Party, pair *pipePair, chunks int) {
	for ; chunks != 0 && pair.state < pairClosing && !pair.isAtEnd; chunks-- {
		room, isLarge := pair.into.Left(), true
		if len(room) < len(p.chunk) {
			room, isLarge = p.chunk, false
		}
		count, err := syscall.Read(pair.input, room)
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			return
		case err != nil || count == 0:
			p.unwatch(pair)
			pair.isAtEnd = true
			party.Ending(pair.number)
			return
		case isLarge:
			pair.into.Filled(count)
		default:
			pair.into.Read(room[:count])
		}
		party.Came(pair.number)
		if count < len(room) {
			return
		}
	}
}

// watch has it read when it can be, and reports whether that is so.
func (p *pipes) watch(pair *pipePair) bool {
	if !pair.isWatched && !pair.isAtEnd && pair.input >= 0 {
		pair.isWatched = p.readiness.await(pair.input, syscall.EPOLLIN)
	}
	return pair.isWatched
}

func (p *pipes) unwatch(pair *pipePair) {
	if pair.isWatched {
		pair.isWatched = false
		p.readiness.forget(pair.input)
	}
}

// closeInput closes it, or has that done by the code that hears it.
func (p *pipes) closeInput(pair *pipePair) {
	p.unwatch(pair)
	if pair.hearer != nil {
		pair.hearer.look()
		return
	}
	closeAll(pair.input)
	pair.input = -1
}

func (p *pipes) closeOutput(pair *pipePair) {
	if pair.output >= 0 {
		if pair.isFull {
			p.readiness.forget(pair.output)
		}
		closeAll(pair.output)
		pair.output = -1
	}
	pair.out = queue{}
	p.spokenOut(pair)
}

func (p *pipes) closed(party *party.Party, pair *pipePair) {
	pair.state = pairClosed
	p.closeOutput(pair)
	delete(p.open, pair.number)
	party.Closed(pair.number)
}
