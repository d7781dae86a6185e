import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// A release of a test: its `.rel` file, its search path and further options of `systools:make_script/2`.
struct SystoolsRun: Sendable {
    /// Without `.rel`, relative to the folder of the test.
    var base: String
    /// The folders of the search path, relative to the folder of the test.
    var path: [String]
    var options: [Term]

    /// `{ok, systools_make, Warnings}` or `{error, systools_make, Reason}` of the real function for each release.
    static func answers(to runs: [SystoolsRun], in folder: FilePath) async throws -> [Term] {
        let input = Term.list(
            runs.map { run in
                .tuple(.string(run.base), .list(run.path.map { .string($0) }), .list(run.options))
            })
        try File.write(ExternalTerm.encode(input), to: folder.appending("runs"))
        _ = try await OTP.evaluate(
            """
            {ok, Runs} = file:read_file("runs"),
            Answers = [systools:make_script(Base, [silent, {path, Path} | Options])
                || {Base, Path, Options} <- binary_to_term(Runs)],
            ok = file:write_file("answers", term_to_binary(Answers))
            """, workingDirectory: folder)
        return try #require(try ExternalTerm.decode(try File.read(folder.appending("answers"))).listElements)
    }

    /// What we answer with these options, in systools' terms; folders are named as systools would name them.
    func answer(
        in folder: FilePath, _ options: ([Application]) async throws -> ReleaseResolution.Options
    ) async throws -> Term {
        let files = HostFileSystem()
        let folders = ApplicationFolders(folders: self.path.map { folder.appending($0) }, files: files)
        var findings: [Diagnostic] = []
        let reference = ReleaseReference.resource(folder.appending(self.base + ".rel"))
        let loader = ReleaseLoader(
            files: files, libraries: self.path.map { folder.appending($0) }, otp: nil, parallelism: 2)
        let loaded = try #require(await loader.load(reference, reading: [], &findings), "\(findings)")
        var applications: [Application] = []
        for entry in loaded.release.resource.applications {
            let found = folders.find(entry, target: .otp25, neededAt: .none, &findings)
            applications.append(try found.get().application)
        }
        let checked = try await options(applications)
        let relative = applications.map { application in
            var application = application
            application.directory = String(application.directory.dropFirst(folder.string.count + 1))
            return application
        }
        do {
            let resolution = try ReleaseResolution(
                loaded.release.resource, applications: relative, options: checked)
            let warnings = resolution.warnings.compactMap(\.otpWarning).map { Term.tuple(.atom("warning"), $0) }
            return .tuple(.atom("ok"), .atom("systools_make"), .list(warnings))
        } catch {
            return .tuple(.atom("error"), .atom("systools_make"), error.otpReason)
        }
    }
}
