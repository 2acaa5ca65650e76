package failure

// FileError is a file of a chart that Helm cannot read, named relative to the chart's directory.
type FileError struct {
	File string
	Line int
	Err  error
}

func (e *FileError) Error() string { return e.Err.Error() }
func (e *FileError) Unwrap() error { return e.Err }
