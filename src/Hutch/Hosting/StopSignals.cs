using System.Runtime.InteropServices;
using Hutch.Services.Scopes;

namespace Hutch.Hosting;

/// <summary>Calls back when the operating system asks the process to end, instead of ending it immediately.</summary>
public sealed class StopSignals : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private readonly bool _sessionsEndedBefore = ProcessEnd.HandlesSignals;

    /// <summary>Registers for SIGINT, SIGTERM, SIGQUIT and SIGHUP. The callback runs on a thread of the pool.</summary>
    /// <param name="stop">Called when the process is asked to end.</param>
    /// <param name="hangUp">Called for SIGHUP instead; null: SIGHUP asks for the end too.</param>
    public StopSignals(Action stop, Action? hangUp = null)
    {
        ProcessEnd.HandlesSignals = false; // the reader of the signals ends the services too
        void Handle(PosixSignalContext context)
        {
            context.Cancel = true;
            stop();
        }
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                (hangUp ?? stop)();
            }),
        ];
    }

    /// <summary>Gives the signals back their usual effect.</summary>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        ProcessEnd.HandlesSignals = _sessionsEndedBefore;
    }
}
