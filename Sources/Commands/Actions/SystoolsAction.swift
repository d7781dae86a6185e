import Diagnostics
import ErlangTerms
import HostFiles
import SystemPackage
import Systools

/// `relift systools`: requests on standard input → answers on standard output.
struct SystoolsAction {
    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        let systools = Systools(
            files: files, parallelism: ProcessEnvironment.processorCount, time: ProcessEnvironment.sourceDateEpoch)
        let port = PortChannel()
        while true {
            let request: [UInt8]
            switch port.read() {
            case .request(let bytes): request = bytes
            case .end: return .done
            case .cutOff(let problem):
                console.report([
                    Diagnostic(
                        Diagnostic.ID("systools/bad-frame"), .error, problem, at: .none,
                        explanation: "A request is a length of 4 bytes, the highest first, and then as many bytes.",
                        help: ["open the port with `{packet, 4}`"])
                ])
                return .failed
            }
            var findings: [Diagnostic] = []
            let answer = await self.answer(request, systools, files, &findings)
            // Whoever asks over a port reads the answer; these are for the person who looks for a reason.
            if console.isVerbose { console.report(findings) }
            guard port.write(ExternalTerm.encode(answer)) else { return .failed }
        }
    }

    private func answer(
        _ request: [UInt8], _ systools: Systools, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) async -> Term {
        do {
            let term = try ExternalTerm.decode(request)
            if let folder = Systools.workingFolder(of: term) {
                try files.changeWorkingFolder(to: FilePath(folder))
            }
            return await systools.answer(term, &findings)
        } catch let error as ExternalTermError {
            return Self.exit(.tuple(.atom("badarg"), .string("\(error)")))
        } catch {
            return Self.exit(.tuple(.atom("bad_cwd"), .string("\(error)")))
        }
    }

    private static func exit(_ reason: Term) -> Term {
        .tuple(.atom("EXIT"), .tuple(reason, .emptyList))
    }
}
