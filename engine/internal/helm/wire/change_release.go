package wire

// InstallRequest installs a chart as the first revision of a release.
type InstallRequest struct {
	DeployFields
	Replace bool `json:"replace"`
}

// ReleaseResponse is one revision of a release.
type ReleaseResponse struct {
	Release *Release `json:"release"`
}

// UpgradeRequest makes another revision of a release.
type UpgradeRequest struct {
	DeployFields
	Install              bool `json:"install"`
	Replace              bool `json:"replace"`
	ReuseValues          bool `json:"reuseValues"`
	ResetValues          bool `json:"resetValues"`
	ResetThenReuseValues bool `json:"resetThenReuseValues"`
	MaxHistory           *int `json:"maxHistory"`
	CleanupOnFail        bool `json:"cleanupOnFail"`
}

// RollbackRequest makes a new revision from an earlier one.
type RollbackRequest struct {
	ReleaseFields
	// Revision is the revision to return to; 0 is the one before the current revision.
	Revision       int             `json:"revision"`
	Wait           WaitField       `json:"wait"`
	WaitForJobs    bool            `json:"waitForJobs"`
	Timeout        TimeoutField    `json:"timeout"`
	NoHooks        bool            `json:"noHooks"`
	CleanupOnFail  bool            `json:"cleanupOnFail"`
	ForceConflicts bool            `json:"forceConflicts"`
	ForceReplace   bool            `json:"forceReplace"`
	ServerSide     ServerSideField `json:"serverSide"`
	MaxHistory     *int            `json:"maxHistory"`
}

// UninstallRequest deletes a release and its objects.
type UninstallRequest struct {
	ReleaseFields
	Wait           WaitField    `json:"wait"`
	Timeout        TimeoutField `json:"timeout"`
	KeepHistory    bool         `json:"keepHistory"`
	NoHooks        bool         `json:"noHooks"`
	IgnoreNotFound bool         `json:"ignoreNotFound"`
	// Cascade is "background", "foreground" or "orphan"; the empty string is "background".
	Cascade string `json:"cascade"`
}

// UninstallResponse is the release as it was. Release is absent when there was nothing to
// uninstall.
type UninstallResponse struct {
	Release *Release `json:"release,omitempty"`
	// Info lists the objects that Helm kept, in Helm's words.
	Info string `json:"info"`
}

// GiveUpRequest ends the waits of the operations in progress on a release.
type GiveUpRequest struct{ ReleaseFields }

// GiveUpResponse reports what GiveUpRequest found.
type GiveUpResponse struct {
	// Operations is the number of operations whose waits were ended.
	Operations int `json:"operations"`
}
