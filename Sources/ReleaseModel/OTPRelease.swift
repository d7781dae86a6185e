/// An OTP release (25, 26, …), for the few places where what is written depends on who will read it.
package struct OTPRelease: Hashable, Sendable, Comparable {
    package let number: Int

    package init(_ number: Int) { self.number = number }

    /// Releases at which something changed.
    package static let otp25 = OTPRelease(25)
    package static let otp26 = OTPRelease(26)
    package static let otp27 = OTPRelease(27)
    /// The newest one that was compared with the real thing.
    package static let newest = OTPRelease(29)

    /// The OTP release that a version of ERTS belongs to: since ERTS 11 (OTP 23) the major number plus 12. Older ones
    /// count as 22, versions without a number in front as the newest.
    package init(of runtime: RuntimeVersion) {
        let digits = runtime.text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let major = Int(String(Substring(digits))), major < 1_000 else {
            self = .newest
            return
        }
        self.number = max(major, 10) + 12
    }

    /// The OTP release that a release is made of: that of its ERTS, or that of its kernel where this one is of OTP 27 or
    /// later and the version of ERTS is older than any that it runs on.
    package init(of resource: ReleaseResource) {
        let byRuntime = OTPRelease(of: resource.runtime)
        let kernel = resource.applications.first { $0.name == .kernel }?.version
        guard byRuntime.number <= 22, let kernel else {
            self = byRuntime
            return
        }
        let numbers = kernel.text.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
        let (major, minor) = (numbers.first ?? 0, numbers.count > 1 ? numbers[1] : 0)
        switch major {
        case ..<10: self = byRuntime
        case 10: self = OTPRelease(minor >= 3 ? 28 : 27)
        default: self = OTPRelease(min(major, 1_000) + 18)
        }
    }

    /// Since OTP 26 the external term format of `term_to_binary` writes every atom in UTF-8.
    package var writesUTF8Atoms: Bool { self >= .otp26 }

    /// Since SASL 4.2.1 systools refuses lists of an `.app` file that name something twice.
    package var refusesDuplicateEntries: Bool { self >= .otp26 }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
