import ReleaseModel
import WebRequests

/// A URL by which a release on trial is judged (`{http, Url}`).
enum HealthRequest {
    /// Asks it: good is a status of 200 to 299. No connection and no answer are bad as well: whoever asks for a page asks
    /// whether the release serves it.
    static func run(_ url: String) async -> HealthQuestion.Answer {
        guard let address = WebAddress(url) else { return .none("\(WebRequestError.notAnAddress)") }
        do throws(WebRequestError) {
            let status = try await WebRequest(address).status()
            return (200..<300).contains(status) ? .good : .bad("it answered with status \(status)")
        } catch {
            switch error {
            case .notAnAddress: return .none("\(error)")
            case .noConnection, .timedOut, .brokenOff, .notHTTP, .tooLarge: return .bad("\(error)")
            }
        }
    }
}
