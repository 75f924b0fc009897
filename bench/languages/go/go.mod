module bench

go 1.26

require handover v0.0.0

replace handover => ../../../child/go
