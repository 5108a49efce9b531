using System.Runtime.InteropServices;
using static Hutch.Installation.Windows.ServiceConstants;

namespace Hutch.Installation.Windows;

/// <summary>The settings beyond CreateService: the structures of ChangeServiceConfig2W.</summary>
internal static unsafe class ServiceSettings
{
    /// <summary>A minute after the last wait a failure is a first one again.</summary>
    private const uint ResetSeconds = 600;

    /// <summary>The waits before the first, second, and each further restart.</summary>
    private static readonly uint[] DelaysMs = [1_000, 10_000, 60_000];

    [StructLayout(LayoutKind.Sequential)]
    private struct Action
    {
        public int Type;
        public uint Delay;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct FailureActions
    {
        public uint ResetPeriod;
        public nint RebootMessage;
        public nint Command;
        public uint Count;
        public Action* Actions;
    }

    public static bool Describe(IAdvapi32 api, nint service, string text)
    {
        fixed (char* pointer = text)
        {
            var structure = (nint)pointer;
            return api.ChangeConfiguration(service, SERVICE_CONFIG_DESCRIPTION, (nint)(&structure));
        }
    }

    /// <summary>Restart after each failure, also when the process reported it and ended in order.</summary>
    public static bool RestartOnFailure(IAdvapi32 api, nint service)
    {
        var actions = stackalloc Action[DelaysMs.Length];
        for (var i = 0; i < DelaysMs.Length; i++)
            actions[i] = new Action { Type = SC_ACTION_RESTART, Delay = DelaysMs[i] };
        var structure = new FailureActions { ResetPeriod = ResetSeconds, Count = (uint)DelaysMs.Length, Actions = actions };
        var yes = 1;
        return api.ChangeConfiguration(service, SERVICE_CONFIG_FAILURE_ACTIONS, (nint)(&structure))
            && api.ChangeConfiguration(service, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, (nint)(&yes));
    }

    public static bool DelayStart(IAdvapi32 api, nint service)
    {
        var yes = 1;
        return api.ChangeConfiguration(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, (nint)(&yes));
    }
}
