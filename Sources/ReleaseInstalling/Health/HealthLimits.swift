/// What a node may do during a trial and still count as healthy, most of it against what it did before.
///
/// A limit is broken when it is so in as many samples on end as stand beside it: one sample may be a peak.
package struct HealthLimits: Hashable, Sendable {
    /// Deaths of supervised processes beyond what the time before makes expect. Two: a process that dies on its old state
    /// and once more is no crash loop yet.
    package var deaths = 2
    /// Children of one supervisor that ended and were reported, beyond ten times what the time before makes expect: also
    /// those that somebody else than their supervisor starts again, which nobody sees die.
    package var endedChildren = 5
    /// Error and crash reports beyond ten times what the time before makes expect.
    package var reports = 20
    /// The longest message queue: this many, or ten times what it was.
    package var queue = 1000
    package var queueSamples = 3
    /// What waits for schedulers: this many, or ten times what it was.
    package var runQueue = 50
    package var runQueueSamples = 5
    /// Memory beyond twice what it was, in bytes.
    package var memory = 64 << 20
    package var memorySamples = 5
    /// Processes beyond twice as many.
    package var processes = 1000
    /// Half of the processes gone counts from this many on.
    package var manyProcesses = 100
    package var processSamples = 5
    /// How much schedulers work, in thousandths, where it was below ``calmUtilisation``.
    package var utilisation = 950
    package var calmUtilisation = 800
    package var utilisationSamples = 10
    /// Samples on end in which an application does not run.
    package var applicationSamples = 2
    /// Samples on end that may be missing.
    package var missingOnEnd = 3
    /// Of all samples of the trial, so many of a hundred must be there.
    package var presentPercent = 80
    /// Answers on end of a required question that may be bad.
    package var badAnswers = 2

    package init() {}
}
