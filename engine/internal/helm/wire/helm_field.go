package wire

// HelmField is a major version of Helm: 3, or 4 if the field is absent.
type HelmField struct{ isThree bool }

// HelmThree is Helm 3.
var HelmThree = HelmField{isThree: true}

// UnmarshalJSON refuses values that the field does not allow.
func (f *HelmField) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "null", "4":
		f.isThree = false
	case "3":
		f.isThree = true
	default:
		return RequestError("helm must be 3 or 4, not %s", data)
	}
	return nil
}

// MarshalJSON always names the version.
func (f HelmField) MarshalJSON() ([]byte, error) {
	if f.isThree {
		return []byte("3"), nil
	}
	return []byte("4"), nil
}

// IsThree reports whether Helm 3 has to handle the request.
func (f HelmField) IsThree() bool { return f.isThree }

// refuseServerSide refuses what only Helm 4 has.
func (f HelmField) refuseServerSide(mode ServerSideField, forceConflicts bool) error {
	if f.isThree && (mode.Mode == "true" || forceConflicts) {
		return RequestError("Helm 3 has no server-side apply: leave out serverSide and forceConflicts")
	}
	return nil
}
