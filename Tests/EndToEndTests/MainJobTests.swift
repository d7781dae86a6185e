import SystemPackage
import TestSupport
import Testing

/// The main job, as `make demo` shows it, on a real node under load.
@Suite(.serialized, .enabled(if: OTP.isInstalled)) struct MainJobTests {
    @Test(.timeLimit(.minutes(5))) func aNodeUnderLoadGoesToTheNewReleaseAndBackWithoutAFailedRequest() async throws {
        let demo = Repository.fixtures.appending("tally/demo.sh").string
        let run = try await Program.run(demo, [Program.path.string])
        #expect(run.status == 0, "\(run.output)\n\(run.errors)")
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(lines.contains("requests failed   0"), "\(run.output)")
        #expect(lines.contains("release 1.1.0 runs and is permanent (it was 1.0.0)"))
        #expect(lines.contains("the node runs release 1.0.0"))
        // The counter that all clients share: what each of the three looks at it said.
        let marks = lines.filter { $0.hasPrefix("counters: ") }.compactMap { line in
            line.split(separator: " ").last.flatMap { Int($0) }
        }
        #expect(marks.count == 3, "\(run.output)")
        #expect(marks == marks.sorted() && (marks.first ?? 0) > 0, "counters were lost: \(marks)")
    }
}
