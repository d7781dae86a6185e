import Diagnostics
import ErlangTerms
import ReleaseFiles
import ReleaseModel

/// `systools:make_script` put together from our parts, to be compared with the real one.
enum OurSystools {
    /// `workingDirectory` is the folder of all cases.
    static func answer(to test: SystoolsCase, workingDirectory: String, target: OTPRelease) -> SystoolsAnswer {
        func error(_ reason: Term) -> SystoolsAnswer {
            SystoolsAnswer(result: .tuple(.atom("error"), .atom("systools_make"), reason), boot: nil)
        }
        let source = SourceFile(path: "\(test.name)/t.rel", bytes: [])
        let reading = ReleaseResourceFile.reading(LocatedTerm(test.release, everywhere: .empty), in: source)
        guard let resource = reading.value else { return error(reading.otpReason ?? .atom("no_reason_of_otp")) }
        do {
            let resolution = try ReleaseResolution(
                resource,
                options: .init(
                    warnsOfMissingSasl: test.options.warnsOfMissingSasl,
                    treatsWarningsAsErrors: test.options.warningsAreErrors)
            ) { entry in
                var search = ApplicationSearch(for: entry, target: target)
                for file in test.files where file.name == entry.name.name && !search.isDecided {
                    let directory = test.directory(file)
                    search.consider(
                        LocatedTerm(file.term, everywhere: .empty),
                        of: SourceFile(path: "\(directory)/\(file.name).app", bytes: []), in: directory)
                }
                return search.result
            }
            let options = test.options
            let generator = BootScriptGenerator(
                paths: options.isLocal
                    ? .local(workingDirectory: workingDirectory)
                    : options.isOTPBuild ? .otpBuild : .root(variables: options.variables),
                loadsDotErlang: options.loadsDotErlang, target: target)
            let warnings = resolution.warnings.compactMap(\.otpWarning).map { Term.tuple(.atom("warning"), $0) }
            return SystoolsAnswer(
                result: .tuple(.atom("ok"), .atom("systools_make"), .list(warnings)),
                boot: BootScriptFile.writeBoot(generator.script(of: resolution.release), for: target))
        } catch {
            return Self.error(error)
        }
    }

    private static func error(_ problem: ReleaseProblem) -> SystoolsAnswer {
        SystoolsAnswer(
            result: .tuple(.atom("error"), .atom("systools_make"), problem.otpReason), boot: nil)
    }
}
