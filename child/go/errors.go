package handover

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"handover/internal/party"
	"handover/internal/wire"
)

// Code is the stable name of a way in which something can go wrong, the same in every language. errors.Is finds it in an
// error of this package:
//
//	if errors.Is(err, handover.ErrTimedOut) { … }
type Code string

// The codes of all errors.
const (
	// ErrEnded: all ends of the other side were closed, or their stages ended well. Not: one of them crashed.
	ErrEnded Code = "CHANNEL_ENDED"
	// ErrBroken: the other side is gone, and not all of it ended well.
	ErrBroken Code = "CHANNEL_BROKEN"
	// ErrTimedOut: the deadline of the context was over before the operation was. It is context.DeadlineExceeded, too.
	ErrTimedOut Code = "TIMED_OUT"
	// ErrAborted: the context was cancelled before the operation was over. It is context.Canceled, too.
	ErrAborted Code = "ABORTED"
	// ErrLost: as many attempts at the value as the channel allows have failed.
	ErrLost Code = "LOST"
	// ErrRefused: the receiver could not read the value.
	ErrRefused Code = "VALUE_REFUSED"
	// ErrTooLarge: the value has more bytes than one may have. Nothing was sent.
	ErrTooLarge Code = "VALUE_TOO_LARGE"
	// ErrNotEncodable: the value holds something that would not arrive as it is. Nothing was sent.
	ErrNotEncodable Code = "NOT_ENCODABLE"
	// ErrContract: the value does not meet the contract of its channel. Nothing was sent.
	ErrContract Code = "CONTRACT"
	// ErrContractMismatch: the stage was built against a contract of a channel that has none.
	ErrContractMismatch Code = "CONTRACT_MISMATCH"
	// ErrClosed: you closed this end yourself. Not: the other side did.
	ErrClosed Code = "END_CLOSED"
	// ErrMoved: you gave this end away, inside a value.
	ErrMoved Code = "END_MOVED"
	// ErrLeaving: the supervisor has asked this process to come to its end, and it is given nothing new. Not: the channel has
	// ended.
	ErrLeaving Code = "LEAVING"
	// ErrNotAllTaken: a SendAll ended before its source did, or not all was taken.
	ErrNotAllTaken Code = "NOT_ALL_TAKEN"
	// ErrTopology: something is wrong with how channels were put together.
	ErrTopology Code = "TOPOLOGY"
	// ErrNotAStage: no supervisor started this process.
	ErrNotAStage Code = "NOT_A_STAGE"
)

// Error is the code itself; the errors that have it say more.
func (c Code) Error() string { return string(c) }

// OperationError is an operation that did not come to pass.
type OperationError struct {
	Code Code
	// Operation is "send", "receive", "select", "inspect", "clone" or "give".
	Operation string
	// Channel is the name of the channel.
	Channel string
	// Value is that which was not handed over: of a send, always; of anything else, nil.
	Value any
	// Attempts is how many receivers had the value in hand and failed. 0: it was not taken. Above: it may have been.
	Attempts int
	// Err says more, where there is more to say: a *Failure, Failures, a *SizeError, a *ValueError, a *ContractError, or the error of the context.
	Err error

	message string
}

func (e *OperationError) Error() string {
	if e.Operation == "send" && e.Attempts > 0 && e.Code != ErrLost {
		return fmt.Sprintf("%s. It may have been taken: %d receiver(s) had the value in hand, and failed", e.message, e.Attempts)
	}
	return e.message
}

// Is reports whether the target is its code.
func (e *OperationError) Is(target error) bool { return target == e.Code }

// Unwrap is what says more.
func (e *OperationError) Unwrap() error { return e.Err }

// Failure is how a process, or an attempt at a value, came to its end.
type Failure struct {
	// Code is STAGE_FAILED, STAGE_STOPPED, TOPOLOGY or WORK_FAILED.
	Code    string `json:"code"`
	Message string `json:"message"`
	// Stage is its name; "" where it is not known.
	Stage string `json:"stage,omitempty"`
	// ExitCode is nil where there was none.
	ExitCode *int `json:"exitCode,omitempty"`
	// Signal ended the process, such as "SIGKILL"; "": none did.
	Signal string `json:"signal,omitempty"`
	// Stderr are the last lines that it printed.
	Stderr []string `json:"stderr,omitempty"`
}

// Error is its message, a sentence.
func (f *Failure) Error() string { return f.Message }

// Failures are those of the attempts at a value, in order; of more than 16 the first and the last ones. There are none for what
// is not repeated: a TrySend, and a Select that was called off.
type Failures []Failure

func (f Failures) Error() string {
	lines := make([]string, len(f))
	for i, failure := range f {
		line, _, _ := strings.Cut(failure.Message, "\n")
		lines[i] = fmt.Sprintf("%d. %.200s", i+1, line)
	}
	return strings.Join(lines, "; ")
}

// SizeError is how large a value is that is too large.
type SizeError struct {
	// Bytes are those of the encoded value, and Limit those that one may have (maxValueBytes of the supervisor).
	Bytes, Limit int
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("it has %d bytes, more than the %d that one value may have", e.Bytes, e.Limit)
}

// ValueError is what a value holds that would not arrive as it is.
type ValueError struct {
	// Path says where: $.items[3].when
	Path string
	What string
}

func (e *ValueError) Error() string { return e.What + " at " + e.Path }

// ContractError is where a value does not meet the contract of its channel.
type ContractError struct {
	// Path says where: $.lines[1].price
	Path string
	// Expected is what the contract has there, in words.
	Expected string
}

func (e *ContractError) Error() string { return "at " + e.Path + ": " + e.Expected }

// SetupError is something that is wrong with how the stage was put together.
type SetupError struct {
	Code    Code
	message string
}

func (e *SetupError) Error() string { return e.message }

// Is reports whether the target is its code.
func (e *SetupError) Is(target error) bool { return target == e.Code }

var errNoEnd = &SetupError{ErrTopology, "this end is of no channel: it is the zero Sender or Receiver. Ends come from SenderOf " +
	"and ReceiverOf, from Open, and inside of values"}

// problem is the error of an ending; nil for one that came to pass, and where a poll found nobody.
func (e *end) problem(ctx context.Context, operation string, value any, ending party.Ending) error {
	failed := OperationError{Operation: operation, Channel: e.channel(), Value: value}
	switch ending := ending.(type) {
	case party.Withdrawn:
		failed.Attempts = int(ending.Attempts)
		return failed.withdrawn(ctx, e, ending)
	case party.Failed:
		failed.Attempts = int(ending.Attempts)
		return failed.because(e, ending.Reason)
	case party.Unsendable:
		return e.notEncodable(value, "$", ending.What)
	case party.TooManyGuards:
		return &SetupError{ErrTopology, "a select with so many guards is more than one message can name: split it"}
	}
	return nil
}

func (e *end) notEncodable(value any, path, what string) error {
	why := &ValueError{path, what}
	message := fmt.Sprintf("the value for %q cannot be sent: %s", e.channel(), why)
	return &OperationError{ErrNotEncodable, "send", e.channel(), value, 0, why, message}
}

func (f OperationError) with(code Code, err error, format string, args ...any) error {
	f.Code, f.Err, f.message = code, err, fmt.Sprintf(format, args...)
	return &f
}

func (f OperationError) withdrawn(ctx context.Context, e *end, ending party.Withdrawn) error {
	what := inWords[f.Operation]
	switch ending.Why {
	case party.GivenUp:
		return f.givenUp(ctx)
	case party.EndClosed:
		return f.with(ErrClosed, nil, "cannot %s %q: this end was closed here. Clone an end before you close it, if it is "+
			"needed further", what, f.Channel)
	case party.EndMoved:
		return f.with(ErrMoved, nil, "cannot %s %q: this end was given to %s and can be used only there. For another holder "+
			"give a Clone", what, f.Channel, ending.Owner)
	case party.Leaving:
		return f.with(ErrLeaving, nil, "cannot %s %q: the supervisor has asked stage %q to come to its end. Return, and let "+
			"the process end", what, f.Channel, e.stage.Name)
	}
	if f.Attempts > 0 {
		return f.because(e, wire.Lost{})
	}
	return nil
}

func (f OperationError) givenUp(ctx context.Context) error {
	code, verb := ErrAborted, "was aborted"
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		code, verb = ErrTimedOut, "timed out"
	}
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause != err {
		err = fmt.Errorf("%w: %w", err, cause)
	}
	return f.with(code, err, "%s on %q %s: %s", f.Operation, f.Channel, verb, err)
}

func (f OperationError) because(e *end, reason wire.Reason) error {
	isReceive := f.Operation == "receive"
	switch reason := reason.(type) {
	case wire.Broken:
		failure := failureOf(reason.Failure)
		if isReceive {
			return f.with(ErrBroken, failure, "%q is broken: all that was there has been taken, but its senders did not all end "+
				"well (%s)", f.Channel, failure)
		}
		return f.with(ErrBroken, failure, "cannot send on %q: its receivers are gone, and did not all end well (%s)",
			f.Channel, failure)
	case wire.Lost:
		failures := make(Failures, len(reason.Failures))
		for i, failure := range reason.Failures {
			failures[i] = *failureOf(failure)
		}
		how := ""
		if len(failures) > 0 {
			how = ": " + failures.Error()
		}
		return f.with(ErrLost, failures, "the value sent on %q was given up: %d attempt(s) at it failed%s (maxAttempts of the "+
			"channel; a TrySend, or a Select that was called off, is not repeated). A channel of dead letters keeps such values",
			f.Channel, f.Attempts, how)
	case wire.Refused:
		return f.with(ErrRefused, nil, "the receiver on %q refused the value: %s", f.Channel, reason.Why)
	case wire.TooLarge:
		size := &SizeError{int(reason.Bytes), e.stage.maxValueBytes}
		return f.with(ErrTooLarge, size, "the value for %q cannot be sent: %s (maxValueBytes of the supervisor). Send it in "+
			"parts, or send where it can be found", f.Channel, size)
	}
	if isReceive {
		return f.with(ErrEnded, nil, "%q has ended: every sender is closed and every value was taken. A range over All ends here "+
			"by itself", f.Channel)
	}
	return f.with(ErrEnded, nil, "cannot send on %q: every receiver is closed, so nobody can take a value any more", f.Channel)
}

func failureOf(said wire.Failure) *Failure {
	failure := &Failure{Code: said.Code, Message: said.Message, Stage: said.Stage, Signal: said.Signal, Stderr: said.Stderr}
	if said.ExitCode != nil {
		code := int(*said.ExitCode)
		failure.ExitCode = &code
	}
	return failure
}

func isNobody(ending party.Ending) bool {
	withdrawn, isWithdrawn := ending.(party.Withdrawn)
	return isWithdrawn && withdrawn.Why == party.Nobody && withdrawn.Attempts == 0
}

var inWords = map[string]string{
	"send": "send on", "receive": "receive on", "select": "select on", "inspect": "look at", "clone": "clone an end of",
	"give": "give away an end of",
}
