import ReleaseModel
import Testing

@Suite struct SmallModelTests {
    @Test(arguments: [
        ("13.1.5", 25), ("14.0", 26), ("15.2.7", 27), ("16.0", 28), ("17.1", 29), ("11.2", 23), ("10.7", 22),
        ("5.10", 22),
        ("18.0-rc1", 30), ("master", 29), ("99999999999999999999", 29),
    ]) func theRuntimeTellsTheRelease(_ version: String, _ number: Int) throws {
        #expect(OTPRelease(of: try #require(RuntimeVersion(validating: version))).number == number)
    }

    @Test(arguments: [
        ("13.1.5", "8.5.3", 25), ("13.1.5", "11.0.4", 25), ("17.1", "8.5.3", 29), ("4.4", "11.0.4", 29),
        ("4.4", "10.3", 28), ("4.4", "10.2.7.1", 27), ("4.4", "8.5.3", 22), ("4.4", "x", 22),
    ]) func aNewKernelTellsTheReleaseWhereTheRuntimeCannot(
        _ runtime: String, _ kernel: String, _ number: Int
    ) throws {
        let resource = ReleaseResource(
            name: ReleaseTitle("r"), version: try #require(ReleaseVersion(validating: "1")),
            runtime: try #require(RuntimeVersion(validating: runtime)),
            applications: [
                .init(name: .kernel, version: try #require(ApplicationVersion(validating: kernel)))
            ])
        #expect(OTPRelease(of: resource).number == number)
    }

    @Test(arguments: [
        ("permenant", "permanent"), ("aplications", "applications"), ("modulse", "modules"), ("lod", "load"),
        ("x", nil),
        ("licenses", nil), ("permanent", nil),
    ]) func misspeltNamesAreRecognised(_ name: String, _ meant: String?) {
        #expect(NearestName.of(name, among: ["permanent", "load", "applications", "modules"]) == meant)
    }

    @Test func longNamesAreNotCompared() {
        let name = String(repeating: "a", count: 100_000)
        #expect(NearestName.of(name, among: [name + "b"]) == nil)
    }

    @Test func namesThatLeaveTheirFolderAreRefused() {
        for text in ["", ".", "..", "a/b", "a\0b"] {
            #expect(ReleaseName(validating: text) == nil)
            #expect(ReleaseVersion(validating: text) == nil)
        }
        // OTP's own releases have such a name.
        #expect(ReleaseTitle("Erlang/OTP").text == "Erlang/OTP")
    }
}
