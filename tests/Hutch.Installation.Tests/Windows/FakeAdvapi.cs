using System.Runtime.InteropServices;
using Hutch.Installation.Windows;

namespace Hutch.Installation.Tests.Windows;

/// <summary>A service control manager that reads the structures it is given byte by byte, as advapi32.dll would.</summary>
internal sealed class FakeAdvapi : IAdvapi32
{
    private const nint Manager = 1;
    private const nint Service = 2;

    public List<string> Calls { get; } = [];

    public string? Failing { get; init; }

    public Queue<uint> States { get; } = new([1u]);

    public string? CommandLine { get; private set; }

    public int LastError { get; set; }

    public nint OpenManager(uint access) => Did("OpenManager", 5) ? Manager : 0;

    public nint CreateService(nint manager, string name, string displayName, uint startType, string commandLine, string? account, string? password)
    {
        CommandLine = commandLine;
        return Did($"CreateService {name} start {startType}", 1073) ? Service : 0;
    }

    public nint OpenService(nint manager, string name, uint access)
    {
        LastError = 1060;
        return CommandLine is null ? 0 : Service;
    }

    public bool ChangeConfiguration(nint service, uint level, nint structure) => Did($"Change {level} " + level switch
    {
        1 => Marshal.PtrToStringUni(Marshal.ReadIntPtr(structure)),
        // SERVICE_FAILURE_ACTIONSW: reset period, two pointers, count, pointer to pairs of type and delay
        2 => $"{Marshal.ReadInt32(structure)} {Marshal.ReadIntPtr(structure, 8)} {Marshal.ReadIntPtr(structure, 16)} "
            + string.Join(", ", Enumerable.Range(0, Marshal.ReadInt32(structure, 24)).Select(i => Marshal.ReadIntPtr(structure, 32) + (8 * i)).Select(a => $"{Marshal.ReadInt32(a)}:{Marshal.ReadInt32(a, 4)}")),
        _ => $"{Marshal.ReadInt32(structure)}",
    }, 87);

    public (string CommandLine, uint StartType)? QueryConfiguration(nint service) => CommandLine is null ? null : (CommandLine, 2);

    public bool QueryStatus(nint service, out ServiceStatusProcess status)
    {
        status = new ServiceStatusProcess { CurrentState = States.Count > 1 ? States.Dequeue() : States.Peek(), Win32ExitCode = 1066, ServiceSpecificExitCode = 7 };
        return true;
    }

    public bool Start(nint service) => Did("Start", 1056);

    public bool Control(nint service, uint control) => Did($"Control {control}", 1062);

    public bool Delete(nint service) => Did("Delete", 1072);

    public void Close(nint handle)
    {
    }

    private bool Did(string call, int errorOtherwise)
    {
        Calls.Add(call);
        LastError = errorOtherwise;
        return Failing is null || !call.StartsWith(Failing, StringComparison.Ordinal);
    }
}
