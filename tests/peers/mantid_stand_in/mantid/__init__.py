"""A stand-in for Mantid, for tests of the live reduction's adapter on machines without Mantid. It holds workspaces as arrays and has the few
calls that the adapter and the example make, with the arguments that Mantid's documentation gives them. It reduces nothing by itself."""
