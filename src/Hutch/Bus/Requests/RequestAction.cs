namespace Hutch.Bus.Requests;

/// <summary>What a status says has happened to a request.</summary>
public enum RequestAction
{
    /// <summary>A service has begun to work on it: <c>request_start</c>.</summary>
    Start,

    /// <summary>A service has done it: <c>request_success</c>.</summary>
    Success,

    /// <summary>A service could not do it: <c>request_fail</c>.</summary>
    Fail,
}
