import { lazy } from 'react';
import { createBrowserRouter } from 'react-router';
import type { Page } from './page.ts';
import { pages } from './pages.ts';
import { Loading } from './parts/loading.tsx';
import { Gate } from './session/gate.tsx';
import { NotFound } from './shell/not-found.tsx';
import { PageFault } from './shell/page-fault.tsx';
import { Permitted } from './shell/permitted.tsx';

/** Code of a page is fetched when it is shown, which the Gate does for who is signed in: the log-in needs none of it. */
const routeOf = ({ path, title, needs, load }: Page) => {
  const Content = lazy(load);
  return {
    path,
    element: (
      <Permitted title={title} needs={needs}>
        <Content />
      </Permitted>
    ),
    errorElement: <PageFault />,
  };
};

export const router = createBrowserRouter([
  {
    path: '/setup',
    lazy: async () => ({ Component: (await import('./session/setup.tsx')).Setup }),
    errorElement: <PageFault />,
    hydrateFallbackElement: <Loading />,
  },
  {
    path: '/',
    element: <Gate />,
    errorElement: <PageFault />,
    hydrateFallbackElement: <Loading />,
    children: [...pages.map(routeOf), { path: '*', element: <NotFound /> }],
  },
]);
