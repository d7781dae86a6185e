import Testing

@testable import DistributionProtocol

@Suite struct TickMonitorTests {
    @Test func fourSilentIntervalsMeanThatTheNodeIsDown() {
        var monitor = TickMonitor()
        monitor.received()
        #expect(monitor.timerFired() == .sendTick)
        for _ in 0..<3 { #expect(monitor.timerFired() == .sendTick) }
        #expect(monitor.timerFired() == .nodeIsDown)
    }

    @Test func aSignOfLifeStartsTheCountAnew() {
        var monitor = TickMonitor()
        for _ in 0..<20 {
            for _ in 0..<3 { #expect(monitor.timerFired() == .sendTick) }
            monitor.received()
            #expect(monitor.timerFired() == .sendTick)
        }
    }

    @Test func ticksAreForIdleConnectionsOnly() {
        var monitor = TickMonitor()
        monitor.received()
        monitor.sent()
        #expect(monitor.timerFired() == .fine)
        monitor.received()
        #expect(monitor.timerFired() == .sendTick)
    }
}
