import Glibc
import HostFiles
import ReleaseInstalling
import Signatures
import SystemPackage

/// What the process was started with; read here and nowhere else.
enum ProcessEnvironment {
    static func variable(_ name: String) -> String? {
        // getenv's text is copied before anything could change it: the program never calls setenv.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The working folder.
    static var workingFolder: FilePath {
        let path = unsafe getcwd(nil, 0)
        defer { unsafe free(path) }
        return unsafe path.map { unsafe FilePath(platformString: $0) } ?? "/"
    }

    /// The folders of applications that ERL_LIBS names.
    static var librariesOfErlang: [FilePath] {
        (self.variable("ERL_LIBS") ?? "").split(separator: ":").map { FilePath(String($0)) }
    }

    /// `SOURCE_DATE_EPOCH` in seconds (reproducible-builds.org), 0 when it is not set.
    static var sourceDateEpoch: Int { self.variable("SOURCE_DATE_EPOCH").flatMap { Int($0) } ?? 0 }

    static var processorCount: Int { HostProcessors.count }

    /// The name of the user who started the program, also through sudo.
    static var userName: String {
        if let name = self.variable("SUDO_USER"), !name.isEmpty { return name }
        // The entry is copied at once, before anything else could ask for another one.
        let name = unsafe getpwuid(getuid()).flatMap { unsafe $0.pointee.pw_name }.map { unsafe String(cString: $0) }
        return name ?? String(getuid())
    }

    /// Whose rights this process has.
    static var effectiveUserID: UInt32 { geteuid() }

    /// The name of the user and that of this machine.
    static var userAtHost: String {
        var name = utsname()
        // The kernel fills the structure that we own and lend for the call, with a zero at the end of each text.
        guard unsafe uname(&name) == 0 else { return self.userName }
        let host = unsafe withUnsafeBytes(of: name.nodename) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return "\(self.userName)@\(host)"
    }

    /// Bytes from the system's source of randomness, as keys are made of.
    static func randomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Now, and local times by the time zone of this process.
    static var signatureTime: SignatureTime {
        SignatureTime(now: Int(time(nil))) { local in
            // Its time zone is a pointer that only the library sets.
            var parts = unsafe tm()
            unsafe parts.tm_year = Int32(local.year - 1900)
            unsafe parts.tm_mon = Int32(local.month - 1)
            unsafe parts.tm_mday = Int32(local.day)
            unsafe parts.tm_hour = Int32(local.hour)
            unsafe parts.tm_min = Int32(local.minute)
            unsafe parts.tm_sec = Int32(local.second)
            unsafe parts.tm_isdst = -1
            // It reads and completes the structure that we own and lend for the call.
            let seconds = unsafe mktime(&parts)
            return seconds == -1 ? nil : seconds
        }
    }

    static var operationContext: OperationContext {
        OperationContext(user: self.userName, mark: String(getpid())) { HostTime(seconds: Int(time(nil))) }
    }
}
