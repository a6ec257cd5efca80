export { type DesiredRoutes, desiredRoutes, type Route, type Unroutable } from './desired.ts';
export { createRouteTable, type RouteTable, routeProtocol } from './kernel.ts';
export { createRoutes, type RouteProblem, type Routes, type RoutesOptions } from './routes.ts';
