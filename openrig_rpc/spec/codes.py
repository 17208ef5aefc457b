"""Every diagnostic code of spec files: stable, kebab-case, with its usual severity and what it means."""

from dataclasses import dataclass

from ..model.diagnostic import Severity

_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFORMATION


@dataclass(frozen=True, slots=True)
class Code:
    """`whole`: it says that something is missing, so it is held back while the file can't be read to its end."""

    severity: Severity
    meaning: str
    whole: bool = False


CODES: dict[str, Code] = {
    # the file
    "file-unreadable": Code(_E, "The file is missing, no regular file, or may not be read."),
    "yaml-encoding": Code(_E, "The file is not UTF-8 text, or has a character that YAML does not allow."),
    "yaml-limit": Code(_E, "The file is larger, deeper, or in its aliases more than a spec may be."),
    "yaml-syntax": Code(_E, "The file is not YAML from here on."),
    "yaml-tab": Code(_E, "A tab stands where YAML wants spaces."),
    "yaml-tag": Code(_E, "A tag such as `!name`: spec files have plain data only."),
    "yaml-alias": Code(_E, "An alias names no anchor, or the very thing it stands in."),
    "yaml-key": Code(_E, "A key is not a plain name."),
    "yaml-duplicate-key": Code(_E, "A key is given twice in one mapping; only one could count."),
    "yaml-merge": Code(_E, "A merge key `<<`: the format doesn't have it."),
    "yaml-documents": Code(_E, "More than one YAML document in the file."),
    "yaml-empty": Code(_E, "The file is empty."),
    # fields and values
    "missing-field": Code(_E, "A required field is not there.", whole=True),
    "empty-value": Code(_E, "A required field, or a list that needs an item, is empty.", whole=True),
    "wrong-type": Code(_E, "The value is of another type than the field."),
    "unknown-value": Code(_E, "The value is none of those the field may have."),
    "bad-value": Code(_E, "The value is outside what the field may hold."),
    "unknown-field": Code(_W, "The format has no such field; it is ignored."),
    "old-name": Code(_I, "The value has a new name."),
    "not-honoured": Code(_I, "The field is read and kept, but has no effect so far."),
    "spec-version": Code(_I, "Written for another version of the format than 0.2, as which it is read."),
    # names
    "bad-id": Code(_E, "An id or name has characters it may not have."),
    "reserved-id": Code(_E, "The id has a meaning of its own in addresses."),
    "duplicate-id": Code(_E, "The id is taken already."),
    "ambiguous-name": Code(_E, "Two agents would be shown under the same name."),
    # edges and grants
    "unknown-member": Code(_E, "No such member.", whole=True),
    "edge-form": Code(_E, "Edges in a pod use member ids, edges between pods `pod.member`."),
    "edge-same-pod": Code(_E, "An edge of the rig joins members of one pod; it belongs into that pod."),
    "edge-self": Code(_E, "An edge from a member to itself."),
    "edge-duplicate": Code(_W, "The same edge is there already."),
    "launch-cycle": Code(_E, "delegates_to and spawned_by order the launch; these go round in a circle."),
    # members
    "ref-form": Code(_E, "A reference must be `local:<path>`, `path:<absolute path>` or a built-in."),
    "builtin-triple": Code(_E, "A terminal or scripted member needs its runtime, agent_ref and profile together."),
    "agent-missing": Code(_E, "There is no agent.yaml where the reference points."),
    "agent-invalid": Code(_E, "The agent file has errors."),
    "unknown-profile": Code(_E, "The agent file has no such profile.", whole=True),
    "unknown-runtime": Code(_E, "No such runtime."),
    "runtime-not-installed": Code(_I, "The runtime is known, but its program is not installed here."),
    "not-for-runtime": Code(_E, "The field has no meaning for this member's runtime."),
    "conflict": Code(_E, "Two fields exclude each other."),
    "policy-file": Code(_W, "The file is no permission policy; it is as if there were none."),
    "restore-widened": Code(_E, "A restore policy may only narrow the one it stands on."),
    "cwd-missing": Code(_I, "The working folder is not there (yet)."),
    # paths
    "path-unsafe": Code(_E, "A path must be relative and stay inside its folder."),
    "path-escapes": Code(_E, "A symbolic link leads the path out of its folder."),
    "file-missing": Code(_E, "A file that is named is not there."),
    # startup, services, environment
    "replay-unsafe": Code(_E, "An action that may not be repeated would run again on a restore."),
    "wait-target": Code(_E, "A check must have exactly one of `url`, `tcp` and `service`, in its form."),
    "env-name": Code(_E, "Not a name that an environment variable can have."),
    "env-denied": Code(_E, "A variable that a spec may not set: it decides what is run or who the agent is."),
    # agent files
    "resource-not-given": Code(_I, "The harness of a member is not given a resource that its profile uses."),
    "import-missing": Code(_E, "There is no agent.yaml where the import points."),
    "import-invalid": Code(_E, "The imported agent file has errors."),
    "import-nested": Code(_E, "An imported agent file has imports of its own."),
    "import-cycle": Code(_E, "The import leads back to the file it stands in."),
    "import-version": Code(_E, "The imported file has another version, or the version asked for is a range."),
    "import-name": Code(_E, "The imported file's name can't be a prefix: it has a colon, or is taken."),
    "unknown-resource": Code(_E, "Neither this file nor its imports have such a resource.", whole=True),
    "ambiguous-resource": Code(_E, "Two imports have a resource of that id."),
}
