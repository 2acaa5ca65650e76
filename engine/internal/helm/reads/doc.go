// Package reads finds the values that a chart's templates read, whatever their conditions say. It
// follows the parsed templates without running them: through variables, include, tpl and the functions
// that build dictionaries. Where it cannot follow a value, the value is read with all that is below it.
package reads
