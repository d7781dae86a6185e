import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseModel
import SystemPackage
import UpgradePlanning

/// What was found where the appup of an application belongs.
package struct AppupReading: Sendable {
    /// Nil where there is none that can be used.
    let appup: Appup?
    let path: String
    let file: TermFile?
    /// What OTP's reader answers for a file that is no appup; nil for one that is, or that is not there.
    let readResult: Term?
    let findings: [Diagnostic]

    /// Reads the file beside the `.app` file of an application.
    init(of application: Application, _ files: HostFileSystem) {
        let path = FilePath(application.appupFile)
        guard files.isFileOrFolder(path) else {
            self.init(path: application.appupFile)
            return
        }
        do {
            let bytes = try files.readFile(path, limit: LoadingLimits.textFile)
            self.init(SourceFile(path: application.appupFile, bytes: bytes))
        } catch {
            self.init(
                path: application.appupFile,
                readResult: .tuple(
                    .atom("error"),
                    .tuple(.atom("open"), .string(application.appupFile), .atom(Atom(error.reason.posixName)))),
                findings: [error.diagnostic])
        }
    }

    /// Reads a file whose bytes are there already.
    init(_ source: SourceFile) {
        let reading = FirstTerm.reading(source, named: source.path)
        guard let term = reading.value else {
            self.init(
                path: source.path, readResult: .tuple(.atom("error"), reading.otpReason ?? .atom("read")),
                findings: reading.diagnostics)
            return
        }
        let appup = AppupFile.reading(term, in: source)
        self.init(
            path: source.path, appup: appup.value, file: TermFile(source: source, terms: [term]),
            readResult: appup.value == nil ? .tuple(.atom("ok"), term.term) : nil,
            findings: reading.diagnostics + appup.diagnostics)
    }

    private init(
        path: String, appup: Appup? = nil, file: TermFile? = nil, readResult: Term? = nil, findings: [Diagnostic] = []
    ) {
        self.path = path
        self.appup = appup
        self.file = file
        self.readResult = readResult
        self.findings = findings
    }
}

extension AppupSources {
    /// Adds what was found for one application.
    mutating func add(_ reading: AppupReading) {
        self.files[reading.path] = reading.file
        self.readResults[reading.path] = reading.readResult
        self.findings[reading.path] = reading.findings.isEmpty ? nil : reading.findings
    }
}
