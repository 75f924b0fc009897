// Package handover makes a Go program a stage: a process that a supervisor starts, and that is joined with others by
// channels. A send completes when the process at the other end has taken the value.
//
//	func main() {
//		handover.Run(func(stage *handover.Stage) error {
//			var ends struct {
//				Lines handover.Receiver[string]
//				Words handover.Sender[string]
//			}
//			if err := stage.Ends(&ends); err != nil {
//				return err
//			}
//			ctx := context.Background()
//			for line, err := range ends.Lines.All(ctx) {
//				if err != nil {
//					return err
//				}
//				if err := ends.Words.Send(ctx, strings.ToUpper(line)); err != nil {
//					return err
//				}
//			}
//			return nil
//		})
//	}
//
// Everything here may be used by any number of goroutines at once. The README beside this file is the guide.
package handover
