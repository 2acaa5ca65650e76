package wire

import (
	"path/filepath"

	"helm.sh/helm/v4/pkg/chart/common"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
)

// NamespaceOr returns Helm's default for an empty namespace.
func NamespaceOr(namespace string) string {
	if namespace == "" {
		return "default"
	}
	return namespace
}

// CheckReleaseName refuses a name that Helm would refuse.
func CheckReleaseName(name string) error {
	if err := chartutil.ValidateReleaseName(name); err != nil {
		return RequestError("the release name %q is invalid: %v", name, err)
	}
	return nil
}

// CheckAbsolute refuses a relative path. The argument what names the field.
func CheckAbsolute(what, path string) error {
	if !filepath.IsAbs(path) {
		return RequestError("%s must be an absolute path, not %q", what, path)
	}
	return nil
}

// Check refuses a relative path.
func (f *PostRenderField) Check() error {
	if f.PostRenderer == "" {
		return nil
	}
	return CheckAbsolute("postRenderer", f.PostRenderer)
}

// Check refuses combinations that Helm would refuse only after it has started.
func (f *DeployFields) Check() error {
	if err := CheckReleaseName(f.ReleaseName); err != nil {
		return err
	}
	if err := f.PostRenderField.Check(); err != nil {
		return err
	}
	if f.ForceReplace && f.ForceConflicts {
		return RequestError("forceReplace and forceConflicts cannot be used together")
	}
	if err := f.Helm.refuseServerSide(f.ServerSide, f.ForceConflicts); err != nil {
		return err
	}
	if f.ServerSide.Mode == "false" && f.ForceConflicts {
		return RequestError("forceConflicts needs server-side apply, which serverSide turns off")
	}
	return nil
}

// Check refuses combinations that Helm would refuse only after it has started.
func (r *RollbackRequest) Check() error {
	if err := CheckReleaseName(r.ReleaseName); err != nil {
		return err
	}
	if r.Revision < 0 {
		return RequestError("revision must not be negative, not %d", r.Revision)
	}
	return r.Helm.refuseServerSide(r.ServerSide, r.ForceConflicts)
}

// Check refuses values that the fields do not allow.
func (r *UninstallRequest) Check() error {
	if err := CheckReleaseName(r.ReleaseName); err != nil {
		return err
	}
	switch r.Cascade {
	case "", "background", "foreground", "orphan":
		return nil
	}
	return RequestError(`cascade must be "background", "foreground" or "orphan", not %q`, r.Cascade)
}

// ParseKubeVersion returns nil, which is Helm's default, for an empty version.
func ParseKubeVersion(version string) (*common.KubeVersion, error) {
	if version == "" {
		return nil, nil
	}
	parsed, err := common.ParseKubeVersion(version)
	if err != nil {
		return nil, RequestError("kubeVersion %q is not a version: %v", version, err)
	}
	return parsed, nil
}
