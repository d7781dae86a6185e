import ErlangTerms
import ReleaseModel
import Testing

@Suite struct StartOrderTests {
    typealias Part = SampleReleases.Part

    @Test func withoutDependenciesTheOrderOfTheFileStays() throws {
        #expect(try SampleReleases.order([Part(name: "b"), Part(name: "a"), Part(name: "c")]) == ["b", "a", "c"])
    }

    @Test func aDependencyMovesDirectlyInFrontOfTheFirstThatNeedsIt() throws {
        let parts = [
            Part(name: "x"), Part(name: "a", uses: ["d"]), Part(name: "y"), Part(name: "c", uses: ["d"]),
            Part(name: "d"),
        ]
        #expect(try SampleReleases.order(parts) == ["x", "d", "a", "y", "c"])
    }

    @Test func usesComeBeforeInclusionsAndBothInTheOrderOfTheFile() throws {
        let parts = [
            Part(name: "a", uses: ["e", "c"], includes: ["d", "b"]), Part(name: "b"), Part(name: "c"), Part(name: "d"),
            Part(name: "e"),
        ]
        #expect(try SampleReleases.order(parts) == ["c", "e", "b", "d", "a"])
    }

    @Test func optionalDependenciesCountWhenTheyAreThere() throws {
        let parts = [Part(name: "a", uses: ["b", "absent"], optional: ["b", "absent"]), Part(name: "b")]
        #expect(try SampleReleases.order(parts) == ["b", "a"])
        let release = try SampleReleases.resolve(parts).release
        // The absent one stays in the list, behind all others.
        #expect(release[try SampleReleases.name("a")]?.uses.map(\.name) == ["b", "absent"])
    }

    @Test func usesOfIncludedApplicationsBecomeUsesOfTheirTops() throws {
        let parts = [
            Part(name: "user", uses: ["low", "kernel"]), Part(name: "low"), Part(name: "mid", includes: ["low"]),
            Part(name: "top", includes: ["mid"]),
        ]
        let release = try SampleReleases.resolve(parts).release
        #expect(release[try SampleReleases.name("user")]?.uses.map(\.name) == ["kernel", "top"])
        #expect(release.startOrder.map(\.name) == ["kernel", "stdlib", "low", "mid", "top", "user"])
    }

    @Test func applicationsThatNeedEachOtherAreRefused() throws {
        let problem = try SampleReleases.problem([Part(name: "a", uses: ["b"]), Part(name: "b", uses: ["a"])])
        guard case .unsortable(let circular, let lost) = problem else {
            Issue.record("\(String(describing: problem))")
            return
        }
        #expect(circular.map(\.name.name) == ["b", "a"])
        #expect(lost.isEmpty)
    }

    /// systools loops over these; there is no answer of its to compare with.
    @Test(arguments: [
        [Part(name: "a", includes: ["a"])], [Part(name: "a", includes: ["b"]), Part(name: "b", includes: ["a"])],
        [
            Part(name: "x", includes: ["a"]), Part(name: "a", includes: ["b"]), Part(name: "b", includes: ["c"]),
            Part(name: "c", includes: ["y"]), Part(name: "y", includes: ["x"]),
        ],
    ]) func inclusionsInACircleEnd(_ parts: [Part]) throws {
        guard case .inclusionCycle(let applications) = try SampleReleases.problem(parts) else {
            Issue.record("no circle found")
            return
        }
        #expect(Set(applications.map(\.name.name)) == Set(parts.map(\.name)))
    }

    @Test(.timeLimit(.minutes(1))) func thousandsOfApplicationsAreSorted() throws {
        // Each one needs the one behind it in the file, so that every one has to move.
        let count = 3000
        let chain = (0..<count).map { Part(name: "a\($0)", uses: $0 + 1 < count ? ["a\($0 + 1)"] : []) }
        #expect(try SampleReleases.order(chain) == chain.map(\.name).reversed())

        var circle = chain
        circle[count - 1].uses = ["a0"]
        #expect(try SampleReleases.problem(circle) != nil)

        let star = [Part(name: "hub", uses: chain.map(\.name))] + chain.map { Part(name: $0.name) }
        #expect(try SampleReleases.order(star).last == "hub")
    }
}
