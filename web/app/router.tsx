import { createBrowserRouter } from 'react-router';
import type { Page } from './page.ts';
import { pages } from './pages.ts';
import { Loading } from './parts/loading.tsx';
import { Gate } from './session/gate.tsx';
import { NotFound } from './shell/not-found.tsx';
import { PageFault } from './shell/page-fault.tsx';
import { Permitted } from './shell/permitted.tsx';

const routeOf = ({ path, title, needs, load }: Page) => ({
  path,
  lazy: async () => {
    const { default: Content } = await load();
    return {
      element: (
        <Permitted title={title} needs={needs}>
          <Content />
        </Permitted>
      ),
    };
  },
  errorElement: <PageFault />,
  hydrateFallbackElement: <Loading />,
});

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
