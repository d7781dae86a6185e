package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// Looks for the application of one entry of a release in a row of `.app` files, as `systools_make:read_application/4`
/// does: the first one that can be read and has the wanted version is taken; ones of other versions, and ones that are
/// not Erlang terms, are passed over; one that is no valid application ends the search.
///
/// Feed it the files in the order of the search path until it is decided, then ask for the ``result``.
package struct ApplicationSearch: Sendable {
    private let entry: ReleaseResource.Entry
    private let target: OTPRelease
    private let place: Diagnostic.Place
    private var decision: Result<Application, ApplicationFailure>?
    private var otherVersions: [ApplicationOrigin] = []
    private var unreadable: [Diagnostic] = []
    /// systools reports the first problem that made it go on; this is it if that was a file which is no term.
    private var parseErrorReason: Term?

    /// `place` is where the entry is written.
    package init(for entry: ReleaseResource.Entry, target: OTPRelease = .newest, at place: Diagnostic.Place = .none) {
        self.entry = entry
        self.target = target
        self.place = place
    }

    /// Whether further files cannot change the result.
    package var isDecided: Bool { self.decision != nil }

    /// The file of the application that was taken, for places in it.
    package private(set) var file: TermFile?

    /// What is odd about that file, although OTP takes it.
    package private(set) var warnings: [Diagnostic] = []

    /// Looks at the `.app` file of the next folder that has one; `directory` is the folder.
    package mutating func consider(_ source: SourceFile, in directory: String) {
        guard self.decision == nil else { return }
        let path = OTPPath.join([directory, "\(self.entry.name.name).app"])
        let reading = FirstTerm.reading(source, named: path)
        if let term = reading.value {
            self.consider(term, of: source, in: directory)
            if self.file != nil { self.warnings = reading.diagnostics + self.warnings }
        } else {
            // A file that the scanner refuses is passed over like one that is not there.
            if self.otherVersions.isEmpty, self.parseErrorReason == nil,
                let elements = reading.otpReason?.tupleElements,
                elements.count == 3, let details = elements[2].tupleElements, details.count == 3
            {
                self.parseErrorReason = .tuple(
                    .atom("parse_error"), .tuple(.string(path), details[0], details[2]))
            }
            self.unreadable += reading.diagnostics
        }
    }

    /// The same for a file that was parsed already.
    package mutating func consider(_ term: LocatedTerm, of source: SourceFile, in directory: String) {
        guard self.decision == nil else { return }
        let reading = ApplicationFile.reading(term, in: source, target: self.target)
        guard let specification = reading.value else {
            self.decision = .failure(
                ApplicationFailure(
                    otpReason: reading.otpReason ?? .atom("unsafe_name"), diagnostics: reading.diagnostics))
            return
        }
        let application = Application(specification: specification, directory: directory)
        if application.version == self.entry.version {
            self.decision = .success(application)
            self.file = TermFile(source: source, terms: [term])
            self.warnings = reading.diagnostics.filter { $0.severity != .error }
        } else {
            // Named by the file, which may describe an application of another name.
            self.otherVersions.append(
                ApplicationOrigin(name: self.entry.name, version: application.version, directory: directory))
        }
    }

    /// What was found, given that there are no further files.
    package var result: Result<Application, ApplicationFailure> {
        if let decision { return decision }
        if self.otherVersions.isEmpty && self.unreadable.isEmpty {
            return .failure(.notFound(self.entry.name, at: self.place))
        }
        var failure = ApplicationFailure.noFittingVersion(
            self.entry.name, self.entry.version, found: self.otherVersions, at: self.place)
        if self.otherVersions.isEmpty {
            failure.diagnostics = []
            failure.otpReason = .tuple(.atom("not_found"), .string("\(self.entry.name.name).app"))
        }
        if let parseErrorReason { failure.otpReason = parseErrorReason }
        failure.diagnostics += self.unreadable
        return .failure(failure)
    }
}
