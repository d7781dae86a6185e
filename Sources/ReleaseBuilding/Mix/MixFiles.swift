import HostFiles
import Mustache
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage
import Templates

/// The files of a release of mix other than those of its applications, as a target system has them.
struct MixFiles {
    let mix: MixRelease
    let applications: MixApplications

    private var version: String { self.applications.release.version.text }
    private var releases: FilePath { FilePath("releases") }
    private var folder: FilePath { self.releases.appending(self.version) }

    /// Those of `releases/VSN` and the records beside it.
    func releaseEntries() throws(HostFileError) -> [ReleaseTree.Entry] {
        let release = self.applications.release
        let resource = ReleaseResourceFile.write(release.resource)
        var entries = [
            ReleaseTree.Entry(self.releases.appending("\(self.mix.name)-\(self.version).rel"), .bytes(resource)),
            ReleaseTree.Entry(self.folder.appending("\(self.mix.name).rel"), .bytes(resource)),
        ]
        let rewriting = MixBootScript(protocols: self.applications.protocols)
        for (name, script) in self.mix.bootScripts {
            let script = rewriting.rewritten(script)
            let boot = BootScriptFile.writeBoot(script, for: OTPRelease(of: release.resource))
            entries += [
                ReleaseTree.Entry(self.folder.appending("\(name).boot"), .bytes(boot)),
                ReleaseTree.Entry(self.folder.appending("\(name).script"), .bytes(BootScriptFile.write(script))),
            ]
        }
        entries.append(try self.environmentScript())
        if self.mix.hasProviders {
            entries.append(
                ReleaseTree.Entry(
                    self.folder.appending(MixLayout.configuration), .file(self.mix.folder.appending("sys.config"))))
        }
        // What is there above already stays as it is there: a tree keeps the first of two entries.
        entries += try FolderFiles.entries(self.mix.folder, as: self.folder, files: self.mix.files).filter { entry in
            let name = entry.path.components.dropFirst(2).first?.string ?? ""
            return name != "consolidated" && !name.hasSuffix(".rel")
        }
        entries += RecordFiles.entries(of: release)
        let cookie = self.mix.root.pushing(self.releases).appending("COOKIE")
        if self.mix.files.isFile(cookie) {
            entries.append(ReleaseTree.Entry(self.releases.appending("COOKIE"), .file(cookie)))
        }
        return entries
    }

    /// `bin`, the runtime system, and what overlays put beside them; not what a node that ran from there has left.
    func otherEntries() throws(HostFileError) -> [ReleaseTree.Entry] {
        var entries: [ReleaseTree.Entry] = []
        let runtime = "erts-\(self.applications.release.resource.runtime)"
        for found in try self.mix.files.entries(of: self.mix.root) {
            let (name, source) = (found.name.string, self.mix.root.appending(found.name))
            if Self.handledElsewhere.contains(name) || name.hasPrefix("erts-") && name != runtime { continue }
            if self.mix.files.isFolder(source) {
                entries += try FolderFiles.entries(source, as: FilePath(name), files: self.mix.files)
            } else if self.mix.files.isFile(source) {
                let facts = try self.mix.files.facts(of: source)
                entries.append(
                    ReleaseTree.Entry(FilePath(name), .file(source), isExecutable: facts.isExecutable))
            }
        }
        if let text = self.render(Templates.mixStartScript) {
            entries.append(ReleaseTree.Entry("bin/start", .bytes(Array(text.utf8)), isExecutable: true))
        }
        return entries
    }

    /// `lib` and `releases` are made anew; `tmp` is where mix's script has nodes write.
    private static let handledElsewhere: Set<String> = ["lib", "releases", "tmp", "erl_crash.dump"]

    /// `env.sh`, which mix's start script reads, with what makes it start the right version and configuration.
    private func environmentScript() throws(HostFileError) -> ReleaseTree.Entry {
        let path = self.mix.folder.appending("env.sh")
        var text = try self.mix.files.readFile(path, limit: LoadingLimits.textFile)
        let addition = Array((self.render(Templates.mixEnvironment) ?? "").utf8)
        // Behind the line that names the interpreter.
        let start = text.starts(with: Array("#!".utf8)) ? (text.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1 : 0
        text.insert(contentsOf: addition, at: min(start, text.count))
        return ReleaseTree.Entry(self.folder.appending("env.sh"), .bytes(text))
    }

    private func render(_ template: Templates.Template) -> String? {
        try? MustacheTemplate(string: template.text).render([
            "quoted_name": Templates.quotedForShell(self.mix.name.text)
        ])
    }
}
