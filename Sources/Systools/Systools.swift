import Archives
package import Diagnostics
package import ErlangTerms
package import HostFiles
import ReleaseBuilding
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage
import UpgradePlanning

/// Answers calls of systools. Relative names are meant in the working folder of this process.
package struct Systools: Sendable {
    package let files: HostFileSystem
    /// How many files are read at once, and how many parts compressed.
    package let parallelism: Int
    /// The time of members of tarballs, in seconds since 1970.
    package let time: Int

    package init(files: HostFileSystem, parallelism: Int, time: Int) {
        self.files = files
        self.parallelism = parallelism
        self.time = time
    }

    /// The working folder that a request names, for relative paths.
    package static func workingFolder(of request: Term) -> String? {
        let arguments = request.pair?.value.listElements ?? []
        return arguments.last.flatMap { try? OptionList($0) }?.workingFolder
    }

    /// The answer to a request, which is a term; the findings say for people what the answer says, and more. What OTP raises is answered as `{'EXIT', {Reason, []}}`.
    package func answer(_ request: Term, _ findings: inout [Diagnostic]) async -> Term {
        do throws(SystoolsException) {
            let call = try SystoolsCall(request)
            let arguments = call.arguments
            switch (call.function, arguments.count) {
            case (.makeScript, 1), (.makeTar, 1):
                return try await self.make(call.function, arguments[0], .emptyList, &findings)
            case (.makeScript, 2), (.makeTar, 2):
                return try await self.make(call.function, arguments[0], arguments[1], &findings)
            case (.makeRelup, 3):
                return try await self.makeRelup(arguments[0], arguments[1], arguments[2], .emptyList, &findings)
            case (.makeRelup, 4):
                return try await self.makeRelup(arguments[0], arguments[1], arguments[2], arguments[3], &findings)
            case (.translateScripts, 3):
                return try Self.translate(.atom("up"), arguments[0], arguments[1], arguments[2])
            case (.translateScripts, 4):
                return try Self.translate(arguments[0], arguments[1], arguments[2], arguments[3])
            case (.makeHybridBoot, 4):
                return try Self.makeHybridBoot(
                    arguments[0], arguments[1], arguments[2], arguments[3], &findings)
            default: throw SystoolsException.undefined
            }
        } catch {
            return error.answer
        }
    }

    private func make(
        _ function: SystoolsCall.Function, _ name: Term, _ options: Term, _ findings: inout [Diagnostic]
    ) async throws(SystoolsException) -> Term {
        guard let name = name.stringValue else { throw .functionClause }
        let list = try OptionList(options)
        if function == .makeScript {
            return try await self.makeScript(name, MakeOptions(list, of: .script), &findings)
        }
        return try await self.makeTar(name, MakeOptions(list, of: .tar), &findings)
    }

    // MARK: - Boot scripts

    private func makeScript(
        _ name: String, _ options: MakeOptions, _ findings: inout [Diagnostic]
    ) async throws(SystoolsException) -> Term {
        let path = self.searchPath(options.list)
        switch await self.release(name, path, options.checks, reading: [], &findings) {
        case .failure(let failure): return SystoolsAnswer.error("systools_make", failure.otpReason)
        case .success(let loaded):
            let generator = BootScriptGenerator(
                paths: options.paths, loadsDotErlang: !options.list.has("no_dot_erlang"))
            let script = generator.script(of: loaded.release)
            let target = OTPRelease(of: loaded.release.resource)
            let output = options.output(name, isScript: true)
            for (file, bytes) in [
                ("\(output).script", BootScriptFile.write(script)),
                ("\(output).boot", BootScriptFile.writeBoot(script, for: target)),
            ] {
                do {
                    try self.files.replaceFile(FilePath(file), with: bytes)
                } catch {
                    return SystoolsAnswer.error(
                        "systools_make",
                        .tuple(.atom("open"), .string(file), .atom(Atom(error.reason.posixName))))
                }
            }
            return SystoolsAnswer.made(loaded.warnings.compactMap(\.otpWarning))
        }
    }

    /// `systools_make:make_hybrid_boot/4`.
    private static func makeHybridBoot(
        _ version: Term, _ old: Term, _ new: Term, _ arguments: Term, _ findings: inout [Diagnostic]
    ) throws(SystoolsException) -> Term {
        guard let old = old.binaryBytes, let new = new.binaryBytes else {
            throw SystoolsException(reason: .atom("badarg"))
        }
        do {
            let hybrid = try HybridBootScript(temporaryVersion: version, old: old, new: new, arguments: arguments)
            findings += hybrid.warnings
            return .tuple(.atom("ok"), .binary(hybrid.bytes))
        } catch {
            findings.append(error.diagnostic(old: "old.boot", new: "new.boot"))
            return error.otpAnswer
        }
    }

    // MARK: - Tarballs

    private func makeTar(
        _ name: String, _ options: MakeOptions, _ findings: inout [Diagnostic]
    ) async throws(SystoolsException) -> Term {
        let path = self.searchPath(options.list)
        let loaded: LoadedRelease
        switch await self.release(name, path, options.checks, reading: [], &findings) {
        case .failure(let failure): return SystoolsAnswer.error("systools_make", failure.otpReason)
        case .success(let value): loaded = value
        }
        let destination = "\(options.output(name, isScript: false)).tar.gz"
        if let reason = self.reasonNotToMake(destination) { return SystoolsAnswer.error("systools_make", reason) }
        let folder = OTPPath.folder(of: name)
        let tarball = StandardTarball(
            of: loaded, named: FilePath("\(name).rel"),
            searchFolders: ((folder == "." ? ["."] : [folder, "."]) + path.expanded).map { FilePath($0) },
            options: options.tarball, files: self.files)
        do throws(TarballFailure) {
            let contents = try tarball.contents(&findings)
            let archive = StandardArchive(
                contents, variableTarballs: options.tarball.variableTarballs, time: self.time,
                parallelism: self.parallelism, withDigestFile: false)
            do throws(ArchiveError) {
                _ = try await archive.write(to: FilePath(destination), variablesIn: "", self.files)
            } catch {
                throw TarballFailure(writing: destination, error)
            }
            return SystoolsAnswer.made(loaded.warnings.compactMap(\.otpWarning))
        } catch {
            findings += error.diagnostics
            return SystoolsAnswer.error("systools_make", error.otpReason)
        }
    }

    /// What `erl_tar:open/2` answers where no tarball can be made.
    private func reasonNotToMake(_ destination: String) -> Term? {
        let folder = FilePath(OTPPath.folder(of: destination))
        let posixName: String
        if self.files.isFolder(FilePath(destination)) {
            posixName = "eisdir"
        } else if self.files.isFolder(folder) {
            return nil
        } else {
            posixName = self.files.isFile(folder) ? "enotdir" : "enoent"
        }
        let details = Term.tuple(.string(destination), .atom(Atom(posixName)))
        return .tuple(.atom("tar_error"), .tuple(.atom("open"), .string(destination), details))
    }

    // MARK: - Reading

    func searchPath(_ list: OptionList) -> SearchPath {
        SearchPath(list.texts("path"), codePath: list.codePath, self.files)
    }

    /// `systools_make:get_release/3`: the `.rel` file is looked for here and along the path, its applications along the
    /// path.
    func release(
        _ name: String, _ path: SearchPath, _ checks: ReleaseChecks, reading parts: ReleaseParts,
        _ findings: inout [Diagnostic]
    ) async -> Result<LoadedRelease, LoadingFailure> {
        let file = "\(name).rel"
        let candidates =
            OTPPath.isAbsolute(file) ? [file] : [file] + path.all.map { OTPPath.join([$0, file]) }
        guard let found = candidates.first(where: { self.files.isFileOrFolder(FilePath($0)) }) else {
            return .failure(
                LoadingFailure(otpReason: .tuple(.atom("not_found"), .string(file)), diagnostics: []))
        }
        let loader = ReleaseLoader(
            files: self.files, libraries: [], otp: nil, parallelism: self.parallelism, checks: checks)
        let result: Result<LoadedRelease, LoadingFailure>
        switch loader.resource(at: FilePath(found), named: file, &findings) {
        case .failure(let failure): result = .failure(failure)
        case .success(let resource):
            let search = ApplicationFolders(folders: path.all.map { FilePath($0) }, files: self.files)
            result = await loader.release(.resource(FilePath(found)), resource, search, reading: parts, &findings)
        }
        switch result {
        case .success(let loaded): findings += loaded.warnings.flatMap { $0.diagnostics(loaded.places) }
        case .failure(let failure): findings += failure.diagnostics
        }
        return result
    }
}
