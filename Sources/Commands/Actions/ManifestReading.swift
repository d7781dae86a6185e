import Diagnostics
import HostFiles
import Manifests
import ReleaseLoading
import SystemPackage

/// Finds and reads the manifest of a project as rebar3 users expect it: `relift.config`, else the `relx` section of
/// `rebar.config`, else `relx.config`.
struct ManifestReading {
    /// The project's folder; empty for the working folder.
    let folder: FilePath
    /// `--manifest`.
    let file: FilePath?
    /// `--profile`, or what the variable REBAR_PROFILE names.
    let profiles: [String]
    let files: HostFileSystem

    init(_ file: FilePath?, profiles: [String], _ files: HostFileSystem) {
        self.folder = FilePath()
        self.file = file
        self.profiles = profiles
        self.files = files
    }

    /// Nil after a finding of error severity.
    func read(_ findings: inout [Diagnostic]) throws(HostFileError) -> Manifest? {
        if let file {
            guard let source = try self.source(file) else {
                findings.append(Self.notFound(file.string, at: file))
                return nil
            }
            return self.read(source, as: Self.form(of: file), &findings)
        }
        if let source = try self.source("relift.config") { return self.read(source, as: .terms, &findings) }
        let rebar = try self.source("rebar.config")
        let relx = try self.source("relx.config")
        if let rebar, relx == nil || Manifest.hasRelxSettings(rebar, profiles: self.profiles) {
            if let relx { findings.append(Self.secondManifest(relx.path)) }
            return self.read(rebar, as: .relxSection, &findings)
        }
        if let relx { return self.read(relx, as: .relxTerms, &findings) }
        findings.append(Self.notFound("relift.config", at: "relift.config"))
        return nil
    }

    private func read(_ source: SourceFile, as form: Manifest.Form, _ findings: inout [Diagnostic]) -> Manifest? {
        if form.isRelx {
            let folder = FilePath(source.path).removingLastComponent()
            let script = folder.appending("rebar.config.script")
            if self.files.isFile(script) { findings.append(Self.scriptNotRun(script)) }
        }
        return Manifest.read(source, form: form, profiles: self.profiles, &findings)
    }

    private func source(_ path: FilePath) throws(HostFileError) -> SourceFile? {
        do {
            return SourceFile(
                path: path.string, bytes: try self.files.readFile(path, limit: LoadingLimits.textFile))
        } catch  where error.isMissing {
            return nil
        }
    }

    private static func form(of file: FilePath) -> Manifest.Form {
        switch file.lastComponent?.string {
        case "rebar.config": .relxSection
        case "relx.config": .relxTerms
        default: .terms
        }
    }

    // MARK: - Findings

    private static func notFound(_ name: String, at path: FilePath) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("manifest/not-found"), .error, "there is no manifest `\(name)`", at: .file(path.string),
            explanation:
                "Without `--manifest`, it is `relift.config`, else the `relx` section of `rebar.config`, else `relx.config`.",
            help: [
                "name it with `--manifest FILE`, or write one:\n"
                    + "{release, {\"NAME\", \"1.0.0\"}, [sasl, APPLICATION]}."
            ])
    }

    private static func scriptNotRun(_ path: FilePath) -> Diagnostic {
        Diagnostic(
            .manifestScriptNotRun, .warning, "`rebar.config.script` is not run", at: .file(path.string),
            explanation: "What rebar3 would have it change in the configuration is not changed.",
            help: ["write what it changes into `rebar.config` or a `relift.config`"])
    }

    private static func secondManifest(_ path: String) -> Diagnostic {
        Diagnostic(
            .manifestSecondManifest, .warning, "`relx.config` has no effect beside `rebar.config`", at: .file(path),
            explanation: "The `relx` section of `rebar.config` is taken, as by rebar3.",
            help: ["remove one of them, or name the file with `--manifest`"])
    }
}
