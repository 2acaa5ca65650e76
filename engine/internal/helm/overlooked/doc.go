// Package overlooked finds what Helm leaves out of a release silently: objects with an unknown hook event, and files
// that a chart does not have.
package overlooked
