namespace Hutch.Installation.Windows;

/// <summary>Constants of winsvc.h, winnt.h and winerror.h, by their names there.</summary>
internal static class ServiceConstants
{
    public const uint SC_MANAGER_CONNECT = 0x0001;
    public const uint SC_MANAGER_CREATE_SERVICE = 0x0002;
    public const uint SERVICE_QUERY_CONFIG = 0x0001;
    public const uint SERVICE_ALL_ACCESS = 0xF01FF;
    public const uint SERVICE_WIN32_OWN_PROCESS = 0x10;
    public const uint SERVICE_AUTO_START = 2;
    public const uint SERVICE_ERROR_NORMAL = 1;

    public const uint SERVICE_CONTROL_STOP = 1;
    public const uint SERVICE_CONTROL_SHUTDOWN = 5;
    public const uint SERVICE_ACCEPT_STOP = 1;
    public const uint SERVICE_ACCEPT_SHUTDOWN = 4;

    public const uint SERVICE_STOPPED = 1;
    public const uint SERVICE_START_PENDING = 2;
    public const uint SERVICE_STOP_PENDING = 3;
    public const uint SERVICE_RUNNING = 4;
    public const uint SERVICE_CONTINUE_PENDING = 5;
    public const uint SERVICE_PAUSE_PENDING = 6;
    public const uint SERVICE_PAUSED = 7;

    public const uint SERVICE_CONFIG_DESCRIPTION = 1;
    public const uint SERVICE_CONFIG_FAILURE_ACTIONS = 2;
    public const uint SERVICE_CONFIG_DELAYED_AUTO_START_INFO = 3;
    public const uint SERVICE_CONFIG_FAILURE_ACTIONS_FLAG = 4;
    public const int SC_ACTION_RESTART = 1;

    public const int ERROR_ACCESS_DENIED = 5;
    public const int ERROR_INVALID_LEVEL = 124;
    public const int ERROR_SERVICE_ALREADY_RUNNING = 1056;
    public const int ERROR_INVALID_SERVICE_ACCOUNT = 1057;
    public const int ERROR_SERVICE_DOES_NOT_EXIST = 1060;
    public const int ERROR_SERVICE_NOT_ACTIVE = 1062;
    public const int ERROR_FAILED_SERVICE_CONTROLLER_CONNECT = 1063;
    public const int ERROR_SERVICE_SPECIFIC_ERROR = 1066;
    public const int ERROR_SERVICE_MARKED_FOR_DELETE = 1072;
    public const int ERROR_SERVICE_EXISTS = 1073;
    public const int ERROR_SERVICE_NEVER_STARTED = 1077;
}
