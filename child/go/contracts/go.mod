module handover/contracts

go 1.26

replace handover => ../

require (
	github.com/dlclark/regexp2 v1.12.0
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	handover v0.0.0-00010101000000-000000000000
)

require golang.org/x/text v0.14.0
