import Manifests
import Mustache
import ReleaseModel
import SystemPackage
import Templates

/// `bin/NAME` and `bin/start`, from the templates embedded in the program, with the hooks and commands of the manifest.
struct StartScripts {
    let hooks: [StartScriptHook]
    let extensions: [StartScriptExtension]

    func entries(of release: Release) -> [ReleaseTree.Entry] {
        let values = self.values(release.name.text)
        return [Templates.releaseScript, Templates.startScript].compactMap { template in
            guard let text = try? MustacheTemplate(string: template.text).render(values) else { return nil }
            let path = FilePath(template.path ?? "bin/\(release.name.text)")
            return ReleaseTree.Entry(path, .bytes(Array(text.utf8)), isExecutable: template.isExecutable)
        }
    }

    /// The variables of the templates; their README lists them.
    private func values(_ name: String) -> [String: Any] {
        let events: [[String: Any]] = StartScriptHook.Phase.allCases.compactMap { phase in
            let calls = self.hooks.filter { $0.phase == phase }.map { ["call": Self.call($0.action, name)] }
            return calls.isEmpty ? nil : ["event": phase.rawValue, "hooks": calls]
        }
        return [
            "quoted_name": Templates.quotedForShell(name), "events": events,
            "has_post_start": self.hooks.contains { $0.phase == .postStart },
            "extensions": self.extensions.map { command in
                [
                    "usage": command.command, "word": Templates.quotedForShell(command.command),
                    "path": Templates.quotedForShell(command.script),
                ]
            },
        ]
    }

    /// What the script runs for a hook.
    private static func call(_ action: StartScriptHook.Action, _ name: String) -> String {
        switch action {
        case .custom(let path): "run_script \(Templates.quotedForShell(path))"
        case .processID(let file): "write_pid \(Templates.quotedForShell(file ?? "/var/run/\(name).pid"))"
        case .waitForProcess(let process): "wait_for_process \(Templates.quotedForShell(process))"
        // `daemon` returns when the node has started, and `status` asks it.
        case .waitForVMStart, .builtInStatus: ":"
        }
    }
}
